using System.Reflection;
using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// A start that ends for its settings says which on standard error, without a stack trace: that is for mistakes of the
/// program.
/// </summary>
internal static class SettingsFailure
{
    public const int ExitCode = 2;

    /// <summary>Checks all options before anything is started, so that the host has no failure to log.</summary>
    public static void ThrowIfInvalid(IServiceProvider services) =>
        services.GetService<IStartupValidator>()?.Validate();

    /// <summary>
    /// What is wrong with the settings; null where the failure is another, or the program runs within another one, to
    /// which exceptions say more.
    /// </summary>
    public static IReadOnlyList<string>? Of(Exception exception) =>
        Assembly.GetEntryAssembly() == typeof(SettingsFailure).Assembly ? MessagesOf(exception) : null;

    public static async Task<int> WriteAsync(IReadOnlyList<string> problems, TextWriter errors)
    {
        foreach (var problem in problems)
        {
            await errors.WriteLineAsync(problem);
        }

        return ExitCode;
    }

    /// <summary>Where a library has no type of its own for it, the library that throws is what tells.</summary>
    internal static IReadOnlyList<string>? MessagesOf(Exception exception) => exception switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException { InnerExceptions: var several } when several.All(each => MessagesOf(each) is not null) =>
            [.. several.SelectMany(each => MessagesOf(each)!)],
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => [exception.Message],
        InvalidDataException { Source: "Microsoft.Extensions.Configuration.FileExtensions" } =>
            [$"{exception.Message} {exception.InnerException?.InnerException?.Message ?? exception.InnerException?.Message}".TrimEnd()],
        _ => null,
    };
}
