using System.Net;
using System.Net.Http.Headers;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Operations.Results;

/// <summary>An operation's answer as it is.</summary>
internal sealed record OperationResponse
{
    /// <summary>The status that the API gave, or null where it gave none.</summary>
    public HttpStatusCode? Status { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public MediaTypeHeaderValue? ContentType { get; init; }

    /// <summary>The error result of a call that failed.</summary>
    public CallToolResult? Error { get; init; }

    /// <summary>Whether the arguments were wrong, so that nothing was called.</summary>
    public bool IsRefused { get; init; }
}
