namespace OrdersMcp.McpServer.Tools;

/// <summary>Where a tool's argument goes in the request.</summary>
/// <param name="Argument">Its name as an argument.</param>
/// <param name="Location"><c>path</c>, <c>query</c>, <c>header</c>, <c>cookie</c> or <c>body</c>.</param>
/// <param name="Name">Its name there; for the body the property, or null where the argument is the whole body.</param>
/// <param name="Required">Whether a call without it is refused.</param>
internal sealed record ArgumentBinding(string Argument, string Location, string? Name, bool Required);
