namespace OrdersMcp.OpenApiTools.Operations;

/// <summary>The server's data about a tool, which clients do not see.</summary>
/// <param name="Api">The name of its API.</param>
/// <param name="Method">The HTTP method of its operation.</param>
/// <param name="Path">The path of its operation, with its parameters.</param>
/// <param name="IsSafe">Whether the method changes nothing.</param>
/// <param name="Scopes">The scopes that a caller needs.</param>
internal sealed record ToolMetadata(string Api, string Method, string Path, bool IsSafe, IReadOnlyList<string> Scopes)
{
    /// <summary>The id of its operation, or its method and path if the document gives no id.</summary>
    public string Operation { get; init; } = $"{Method} {Path}";

    /// <summary>The groups that its document puts it into.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
}
