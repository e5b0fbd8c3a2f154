using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The change stream of an API.</summary>
/// <param name="Endpoint">The API.</param>
/// <param name="Path">The path of the stream.</param>
/// <param name="Resources">The templates that an event's members fill with the URIs of its resources.</param>
/// <param name="OfDocument">Whether its events also tell of another document.</param>
internal sealed record ChangeSource(ApiEndpoint Endpoint, string Path, IReadOnlyList<UriTemplate> Resources, bool OfDocument);
