using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>The server's description of itself for clients: from the settings, or else from the names of its APIs.</summary>
internal static class ServerIdentity
{
    public static Implementation Of(OpenApiToolsOptions options)
    {
        var server = options.Server;
        return new Implementation
        {
            Name = server.Name ?? string.Join('-', options.Apis.Select(api => api.Name).Append("mcp")),
            Title = server.Title ?? string.Join(", ", options.Apis.Select(api => string.Concat(api.Name[..1].ToUpperInvariant(), api.Name.AsSpan(1)))),
            Version = typeof(ServerIdentity).Assembly.GetName().Version!.ToString(fieldCount: 3),
            Description = server.Description,
            WebsiteUrl = server.WebsiteUrl,
            Icons = server.Icons.Count == 0 ? null :
            [
                .. server.Icons.Select(icon => new Icon
                {
                    Source = icon.Source, MimeType = icon.MimeType, Sizes = icon.Sizes.Count == 0 ? null : icon.Sizes, Theme = icon.Theme,
                }),
            ],
        };
    }

    /// <summary>The name of the server's entry in a client's settings: without <c>mcp</c>, which is obvious there.</summary>
    public static string EntryOf(OpenApiToolsOptions options) =>
        Of(options).Name is var name && name.EndsWith("-mcp", StringComparison.Ordinal) && name.Length > 4 ? name[..^4] : name;
}
