using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations.Requests;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Where an API tells of changes.</summary>
/// <param name="Endpoint">The API.</param>
/// <param name="Path">The path of its stream of events.</param>
/// <param name="Resources">What is filled from an event's members: the resources that it is of.</param>
internal sealed record ChangeSource(ApiEndpoint Endpoint, string Path, IReadOnlyList<UriTemplate> Resources);
