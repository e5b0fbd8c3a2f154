namespace OrdersMcp.AppHost.Resources;

/// <summary>
/// Settings of the system, <c>Parameters:name</c>: from the command line (<c>--Parameters:name=…</c>), the environment
/// (<c>Parameters__name</c>) or user secrets.
/// </summary>
internal static class Settings
{
    /// <summary>Words with spaces between them that shape the system, as a whole number does.</summary>
    public static string[] Words(this IDistributedApplicationBuilder builder, string name, string standard)
    {
        var text = builder.Configuration[$"Parameters:{name}"];
        return (string.IsNullOrWhiteSpace(text) ? standard : text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
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
    /// A secret: asked for when the system is published, in development new in each run.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddSecret(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: false);
}
