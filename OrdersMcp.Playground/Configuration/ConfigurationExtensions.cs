using Microsoft.Extensions.Options;

namespace OrdersMcp.Playground.Configuration;

internal static class ConfigurationExtensions
{
    /// <summary>Binds and checks the section <c>Playground</c>.</summary>
    public static void AddPlaygroundSettings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<PlaygroundOptions>, PlaygroundOptionsValidator>();
        builder.Services.AddOptions<PlaygroundOptions>()
            // Otherwise a misspelt setting, or an entry of a list that cannot be read, would have no effect and no error.
            .BindConfiguration(PlaygroundOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
    }
}
