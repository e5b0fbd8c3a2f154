using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>Finds the settings that a start failed for.</summary>
internal static class SettingsFailure
{
    public const int ExitCode = 2;

    /// <summary>Checks all options before anything is started, so that the host has no failure to log.</summary>
    public static void ThrowIfInvalid(IServiceProvider services) =>
        services.GetService<IStartupValidator>()?.Validate();

    /// <summary>
    /// What is wrong with the settings, or null where the failure is another. Where a library has no type of its own for it, the library that throws tells.
    /// </summary>
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
