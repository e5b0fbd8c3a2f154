using System.Diagnostics;

namespace OrdersMcp.Tests.Hosting;

/// <summary>Runs a program that ends by itself, or is killed with its children.</summary>
internal static class ProgramRun
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(30);

    /// <summary>Runs the program to its end.</summary>
    /// <param name="start">The program.</param>
    /// <param name="patience">The time limit.</param>
    /// <param name="input">The input; by default that of the test process.</param>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        ProcessStartInfo start, TimeSpan patience, string? input = null)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = input is not null;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using var limit = new CancellationTokenSource(patience);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            if (input is not null)
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
                process.StandardInput.Close();
            }

            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException(
                $"{start.FileName} {string.Join(' ', start.ArgumentList)} did not end within {patience.TotalSeconds} s.", exception);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(KillPatience, CancellationToken.None);
            }
        }
    }
}
