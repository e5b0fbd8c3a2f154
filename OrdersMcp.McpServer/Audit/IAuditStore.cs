using System.Data.Common;
using System.Text.Json;
using OrdersMcp.McpServer.OpenApi;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Keeps the records of tool calls: an API, or a database of the server's own.</summary>
internal interface IAuditStore
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>The scopes that a caller needs who wants to see records.</summary>
    IReadOnlyList<string> ReadScopes { get; }

    /// <summary>Adds records, each a JSON object; it takes each id once.</summary>
    /// <returns>Whether they are kept; false where one of them will never be.</returns>
    Task<bool> AddAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken);

    /// <summary>The latest records, the newest first.</summary>
    /// <param name="traceId">Those of a trace; null for all.</param>
    /// <param name="most">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<AuditRecord>> ReadAsync(string? traceId, int most, CancellationToken cancellationToken);
}

internal static class AuditFailures
{
    /// <summary>Whether a store cannot be used now, or gave an answer of no use: the ways in which stores fail.</summary>
    public static bool IsOfStore(this Exception exception) => exception is HttpRequestException or IOException or JsonException or ApiDocumentException
        or TimeoutException or TimeoutRejectedException or BrokenCircuitException or DbException;
}
