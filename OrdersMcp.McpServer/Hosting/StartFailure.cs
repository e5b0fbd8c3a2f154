using System.Reflection;
using Microsoft.AspNetCore.Connections;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// A start that fails for its settings, or for a port that another program has, says so on standard error, without a
/// stack trace: that is for mistakes of the program.
/// </summary>
/// <param name="ExitCode">The exit code of the program.</param>
/// <param name="Problems">What is wrong, a line each.</param>
internal sealed record StartFailure(int ExitCode, IReadOnlyList<string> Problems)
{
    /// <summary>
    /// The failure behind an exception; null where it is another one, or where the program runs within another program, to
    /// which exceptions say more.
    /// </summary>
    public static StartFailure? Of(Exception exception) =>
        Assembly.GetEntryAssembly() != typeof(StartFailure).Assembly ? null
        : IsTakenPort(exception) ? new StartFailure(1, [$"{exception.Message} Stop the program that uses it, or choose another address with --urls."])
        : SettingsFailure.MessagesOf(exception) is { } problems ? new StartFailure(SettingsFailure.ExitCode, problems)
        : null;

    public static bool IsTakenPort(Exception? exception) => exception is IOException { InnerException: AddressInUseException };

    public async Task<int> WriteAsync(TextWriter errors)
    {
        foreach (var problem in Problems)
        {
            await errors.WriteLineAsync(problem);
        }

        return ExitCode;
    }
}
