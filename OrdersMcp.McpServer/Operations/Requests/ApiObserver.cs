using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>
/// Tells an operator what is wrong with an API: that it cannot be reached and why, and where its answers are not what its
/// document says. Neither has values: they are people's data.
/// </summary>
internal sealed partial class ApiObserver
{
    private const int MostRemembered = 1000;

    private readonly Counter<long> _mismatches;
    private readonly ILogger<ApiObserver> _logger;
    private readonly ConcurrentDictionary<(string Api, string Operation, string Path), bool> _said = new();

    public ApiObserver(IMeterFactory factory, ILogger<ApiObserver> logger)
    {
        _logger = logger;
        _mismatches = factory.Create(McpAttributes.Meter).CreateCounter<long>(
            "ordersmcp.answer.mismatches", "{answer}", "Answers that are not what the API's document says.");
    }

    /// <summary>An answer breaks the schema that the document has for it.</summary>
    /// <param name="api">The API.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="path">Where in the answer, in names that the document declares; empty for the whole.</param>
    public void Mismatched(string api, string operation, string path)
    {
        _mismatches.Add(1, new(McpAttributes.Api, api), new(McpAttributes.ApiOperation, operation), new(McpAttributes.AnswerPath, path));

        // Once each: an API that is wrong in one place is wrong there in every answer.
        if (_said.Count < MostRemembered && _said.TryAdd((api, operation, path), true))
        {
            LogMismatched(api, operation, path.Length == 0 ? "the whole of it" : path);
        }
    }

    /// <summary>No connection could be made.</summary>
    public void Unreachable(string api, string host, int port, string cause, Exception exception) =>
        LogUnreachable(api, host, port, cause, exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: an answer of {Operation} is not what the document says: {Path}. This is said once.")]
    private partial void LogMismatched(string api, string operation, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: {Host}:{Port} could not be reached: {Cause}")]
    private partial void LogUnreachable(string api, string host, int port, string cause, Exception exception);
}
