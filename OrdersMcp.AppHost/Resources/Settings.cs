using System.Globalization;

namespace OrdersMcp.AppHost.Resources;

/// <summary>
/// Settings of the system, <c>Parameters:name</c>: from the command line (<c>--Parameters:name=…</c>), the environment
/// (<c>Parameters__name</c>) or user secrets.
/// </summary>
internal static class Settings
{
    /// <summary>A whole number that shapes the system, so that it has to be known when the system is described.</summary>
    /// <exception cref="DistributedApplicationException">It is not a whole number of zero or more.</exception>
    public static int Setting(this IDistributedApplicationBuilder builder, string name, int standard)
    {
        var text = builder.Configuration[$"Parameters:{name}"];
        return string.IsNullOrWhiteSpace(text) ? standard
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new DistributedApplicationException(
                $"The setting Parameters:{name} is '{text}', which is no whole number.");
    }

    /// <summary>
    /// A parameter that a system can do without: null unless it is set. What is not set is not asked for when the
    /// system is published, and its environment variable is not there.
    /// </summary>
    public static IResourceBuilder<ParameterResource>? AddOptionalParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        string.IsNullOrWhiteSpace(builder.Configuration[$"Parameters:{name}"])
            ? null
            : builder.AddParameter(name, secret);

    /// <summary>
    /// A secret: generated and kept in the user secrets in development, asked for when the system is published.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddSecret(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(
            name, new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: true);
}
