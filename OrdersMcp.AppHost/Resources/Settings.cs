namespace OrdersMcp.AppHost.Resources;

/// <summary>
/// Settings of the system, <c>Parameters:name</c>: from the command line (<c>--Parameters:name=…</c>), the environment
/// (<c>Parameters__name</c>) or user secrets.
/// </summary>
internal static class Settings
{
    /// <summary>A setting with space-separated words.</summary>
    public static string[] Words(this IDistributedApplicationBuilder builder, string name, string standard)
    {
        var text = builder.Configuration[$"Parameters:{name}"];
        return (string.IsNullOrWhiteSpace(text) ? standard : text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>
    /// An optional parameter: null unless it is set. Publishing does not ask for an unset parameter, and its environment
    /// variable is absent.
    /// </summary>
    public static IResourceBuilder<ParameterResource>? AddOptionalParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        string.IsNullOrWhiteSpace(builder.Configuration[$"Parameters:{name}"])
            ? null
            : builder.AddParameter(name, secret);

    /// <summary>
    /// A secret. Publishing asks for it; in development it is new in each run.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddSecret(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(name, new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: false);
}
