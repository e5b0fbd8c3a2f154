using System.ComponentModel;
using System.Diagnostics;

namespace OrdersMcp.AppHost.Local;

/// <summary>Runs programs on this machine to their end.</summary>
public static class Programs
{
    private const int TailLength = 20;

    /// <summary>
    /// Ends the program when this process ends, however it ends: the shell's input is a pipe that this process holds.
    /// </summary>
    private const string EndWithInput = """
        exec 3<&0
        "$@" </dev/null 3<&- & program=$!
        { read -r _ <&3; kill $program; } 2>/dev/null & watch=$!
        wait $program; code=$?
        kill $watch 2>/dev/null
        exit $code
        """;

    /// <summary>The full path of a program on PATH or in one of the other folders; null if it is in none of them.</summary>
    public static string? Find(string name, params string[] alsoIn) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(alsoIn)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a program in the environment of this process, without the variables that configure this process.</summary>
    /// <param name="folder">The working directory.</param>
    /// <param name="say">Receives each line of output.</param>
    /// <param name="command">The program and its arguments. Pass no secrets: other users can read a command line.</param>
    /// <param name="cancellation">Stops the program.</param>
    /// <returns>The exit code and the last lines of output.</returns>
    /// <exception cref="StartException">The program cannot be started.</exception>
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

    /// <summary>Runs a program that must succeed.</summary>
    /// <exception cref="StartException">The program cannot be started or fails. The message contains its last lines.</exception>
    public static async Task<IReadOnlyList<string>> MustAsync(
        string folder, Action<string> say, IReadOnlyList<string> command, CancellationToken cancellation)
    {
        var (exitCode, output) = await RunAsync(folder, say, command, cancellation);
        return exitCode == 0 ? output : throw new StartException(
            $"{Path.GetFileName(command[0])} failed (exit code {exitCode}).\n{string.Join('\n', output.Select(line => "  " + line))}");
    }
}
