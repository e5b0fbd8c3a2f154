namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>Runs a program to its end.</summary>
internal static class Command
{
    /// <returns>The exit code and the last lines of what it wrote.</returns>
    /// <exception cref="StackException">The program cannot be started.</exception>
    public static async Task<(int ExitCode, IReadOnlyList<string> Output)> RunAsync(
        Launch launch, Guardian guardian, CancellationToken cancellation, string? input = null)
    {
        await using var child = await ChildProcess.StartAsync(launch, guardian, _ => { }, input);
        var exitCode = await child.Exited.WaitAsync(cancellation);
        return (exitCode, child.LastLines);
    }

    /// <exception cref="StackException">The program cannot be started, or fails.</exception>
    public static async Task MustAsync(
        string purpose, Launch launch, Guardian guardian, CancellationToken cancellation, string? input = null)
    {
        var (exitCode, output) = await RunAsync(launch, guardian, cancellation, input);
        if (exitCode != 0)
        {
            throw new StackException(
                $"{purpose} failed (exit code {exitCode}).\n{string.Join('\n', output.Select(line => "  " + line))}");
        }
    }
}
