using System.Text.Json.Nodes;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>One operation of an API, as its document describes it; schemas are still those of the document.</summary>
internal sealed record ApiOperation
{
    public required string? Id { get; init; }

    /// <summary>The HTTP method in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>The path with its <c>{parameters}</c>.</summary>
    public required string Path { get; init; }

    public required string? Summary { get; init; }

    public required string? Description { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<ApiParameter> Parameters { get; init; }

    /// <summary>The schema of the JSON request body, if it takes one.</summary>
    public required JsonObject? Body { get; init; }

    public required bool BodyRequired { get; init; }

    /// <summary>The schema of the JSON success response, if it gives one.</summary>
    public required JsonObject? Response { get; init; }
}

/// <summary>A parameter; <paramref name="Location"/> is <c>path</c>, <c>query</c>, <c>header</c> or <c>cookie</c>.</summary>
internal sealed record ApiParameter(string Name, string Location, string? Description, bool Required, JsonObject Schema);
