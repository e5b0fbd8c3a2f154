using System.Net;
using System.Net.Http.Headers;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>The unprocessed answer of an operation.</summary>
internal sealed record OperationResponse
{
    /// <summary>The status of the API's response, or null if there was none.</summary>
    public HttpStatusCode? Status { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    public MediaTypeHeaderValue? ContentType { get; init; }

    /// <summary>The error result of a call that failed.</summary>
    public CallToolResult? Error { get; init; }

    /// <summary>Whether the arguments are invalid and the API was not called.</summary>
    public bool IsRefused { get; init; }
}
