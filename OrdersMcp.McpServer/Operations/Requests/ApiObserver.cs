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

    /// <summary>The document names a server that the settings do not, so that its operations are called without credentials.</summary>
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

    /// <summary>The authorization server gave no token.</summary>
    public void Unauthorized(string api, string cause, Exception exception) => LogUnauthorized(api, cause, exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: no access token: {Cause}")]
    private partial void LogUnauthorized(string api, string cause, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: an answer of {Operation} is not what the document says: {Path}. This is said once.")]
    private partial void LogMismatched(string api, string operation, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "API {Api}: {Host}:{Port} could not be reached: {Cause}")]
    private partial void LogUnreachable(string api, string host, int port, string cause, Exception exception);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "API {Api}: its document names the server {Server}, whose operations are called without the API's credentials. If it is meant to get them, name it in CredentialOrigins.")]
    private partial void LogWithoutCredentials(string api, string server);
}
