using System.ComponentModel;
using System.Diagnostics;

namespace OrdersMcp.AppHost.Local;

/// <summary>Runs a program of this machine to its end.</summary>
public static class Programs
{
    private const int TailLength = 20;

    /// <summary>
    /// Ends the program when this process does, however it ends: the shell's input is a pipe that this process holds.
    /// </summary>
    private const string EndWithInput = """
        exec 3<&0
        "$@" </dev/null 3<&- & program=$!
        { read -r _ <&3; kill $program; } 2>/dev/null & watch=$!
        wait $program; code=$?
        kill $watch 2>/dev/null
        exit $code
        """;

    /// <summary>The full path of a program on PATH or in one of the other folders; null where there is none.</summary>
    public static string? Find(string name, params string[] alsoIn) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(alsoIn)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a program. Its environment is this process's, without what configures this process.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="say">Is told each line that it writes.</param>
    /// <param name="command">The program and its arguments. Secrets do not belong here: everybody can read it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The exit code, and the last lines of what it wrote.</returns>
    /// <exception cref="StartException">It cannot be started.</exception>
    public static async Task<(int ExitCode, IReadOnlyList<string> Output)> RunAsync(
        string folder, Action<string> say, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("/bin/sh", ["-c", EndWithInput, "sh", .. command])
            {
                WorkingDirectory = folder,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        var tail = new Queue<string>();
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new StartException($"{command[0]} could not be started: {exception.Message}", exception);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        lock (tail)
        {
            return (process.ExitCode, [.. tail]);
        }

        void Read(string? line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                return;
            }

            lock (tail)
            {
                tail.Enqueue(line);
                if (tail.Count > TailLength)
                {
                    tail.Dequeue();
                }
            }

            say(line);
        }
    }

    /// <summary>Runs a program that has to succeed.</summary>
    /// <exception cref="StartException">It cannot be started, or fails; the message has its last lines.</exception>
    public static async Task<IReadOnlyList<string>> MustAsync(
        string folder, Action<string> say, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var (exitCode, output) = await RunAsync(folder, say, command, cancellation);
        return exitCode == 0 ? output : throw new StartException(
            $"{Path.GetFileName(command[0])} failed (exit code {exitCode}).\n{string.Join('\n', output.Select(line => "  " + line))}");
    }
}
