using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Start;

/// <summary>
/// A start that fails because of its settings, or because another program uses the port. The program reports it in lines on
/// standard error. Stack traces are for mistakes in the program.
/// </summary>
/// <param name="ExitCode">The exit code of the program: 1 for a port in use, 2 for settings.</param>
/// <param name="Problems">The problems, one line each.</param>
public sealed record StartFailure(int ExitCode, IReadOnlyList<string> Problems)
{
    private const int TakenPort = 1;
    private const int InvalidSettings = 2;

    /// <summary>
    /// The start failure that an exception represents. Null for any other exception, or if another program, such as a test,
    /// hosts this one and needs the exception.
    /// </summary>
    /// <param name="exception">The exception that ended the start.</param>
    /// <param name="program">The assembly of the program.</param>
    public static StartFailure? Of(Exception exception, Assembly program) =>
        Assembly.GetEntryAssembly() != program ? null
        : exception is IOException { InnerException: AddressInUseException } ? new StartFailure(
            TakenPort, [$"{exception.Message} Stop the program that uses it, or choose another address with --urls."])
        : SettingsProblems(exception) is { } problems ? new StartFailure(InvalidSettings, problems)
        : null;

    /// <summary>Writes the problems.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WriteAsync(TextWriter error)
    {
        foreach (var problem in Problems)
        {
            await error.WriteLineAsync(problem);
        }

        return ExitCode;
    }

    /// <summary>
    /// The problems of the settings, or null for another exception. The binder and the reader of files have no exception
    /// types of their own, so the library that throws decides.
    /// </summary>
    private static IReadOnlyList<string>? SettingsProblems(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException { InnerExceptions: var several } when several.All(each => SettingsProblems(each) is not null) =>
            [.. several.SelectMany(each => SettingsProblems(each)!)],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => [exception.Message],
        InvalidDataException { Source: "Microsoft.Extensions.Configuration.FileExtensions" } =>
            [$"{exception.Message} {exception.InnerException?.InnerException?.Message ?? exception.InnerException?.Message}".TrimEnd()],
        _ => null,
    };
}
