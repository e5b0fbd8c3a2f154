using System.Data.Common;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Stores the records of tool calls: an API, or a database of the server.</summary>
internal interface IAuditStore
{
    /// <summary>The store's name in messages.</summary>
    string Name { get; }

    /// <summary>The scopes that a caller needs to see records.</summary>
    IReadOnlyList<string> ReadScopes { get; }

    /// <summary>Adds records, each a JSON object. Stores each id once.</summary>
    /// <returns>Whether they are stored; false if one of them can never be.</returns>
    Task<bool> AddAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken);

    /// <summary>The latest records, newest first.</summary>
    /// <param name="traceId">The trace of the records; null for all.</param>
    /// <param name="most">The maximum number of records.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    Task<IReadOnlyList<AuditRecord>> ReadAsync(string? traceId, int most, CancellationToken cancellationToken);
}

internal static class AuditFailures
{
    /// <summary>Whether a store is unavailable, or gave an unusable answer.</summary>
    public static bool IsOfStore(this Exception exception) => exception is HttpRequestException or IOException or JsonException or ApiDocumentException
        or TimeoutException or TimeoutRejectedException or BrokenCircuitException or DbException;
}
