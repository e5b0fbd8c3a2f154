using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// Reports faults of an API to the operator: why the API cannot be reached, and where its answers differ from its document.
/// Reports contain no values, because values can be personal data.
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

    /// <summary>An answer breaks the schema in the document.</summary>
    /// <param name="api">The API.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="path">The path in the answer, in names that the document declares; empty for the whole answer.</param>
    public void Mismatched(string api, string operation, string path)
    {
        _mismatches.Add(1, new(McpAttributes.Api, api), new(McpAttributes.ApiOperation, operation), new(McpAttributes.AnswerPath, path));

        // Logged once for each path: an API that is wrong in one place is wrong there in every answer.
        if (_said.Count < MostRemembered && _said.TryAdd((api, operation, path), true))
        {
            LogMismatched(api, operation, path.Length == 0 ? "the whole answer" : path);
        }
    }

    /// <summary>
    /// The document names a server that the settings do not, so its operations are called without credentials and without
    /// headers of the caller.
    /// </summary>
    public void CalledWithoutCredentials(string api, string server)
    {
        if (_said.TryAdd((api, "", server), true))
        {
            LogWithoutCredentials(api, server);
        }
    }

    /// <summary>No connection could be made.</summary>
    public void Unreachable(string api, string host, int port, string cause, Exception exception) =>
        LogUnreachable(api, host, port, cause, exception);

    /// <summary>The authorization server did not issue a token.</summary>
    public void Unauthorized(string api, string cause, Exception exception) => LogUnauthorized(api, cause, exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: no access token: {Cause}")]
    private partial void LogUnauthorized(string api, string cause, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: an answer of {Operation} is not what the document says: {Path}. This is logged once.")]
    private partial void LogMismatched(string api, string operation, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: {Host}:{Port} could not be reached: {Cause}")]
    private partial void LogUnreachable(string api, string host, int port, string cause, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "API {Api}: its document names the server {Server}, whose operations are called without the API's credentials and ForwardHeaders. To send them, add the server to CredentialOrigins.")]
    private partial void LogWithoutCredentials(string api, string server);
}
