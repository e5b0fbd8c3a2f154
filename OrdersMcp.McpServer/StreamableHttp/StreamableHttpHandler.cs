using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// Serves the Streamable HTTP transport without sessions: every request stands alone, so that any replica can answer
/// it, in both eras of the protocol.
/// </summary>
internal sealed class StreamableHttpHandler
{
    /// <summary>What SDKs send.</summary>
    private const string UsualAccept = "application/json, text/event-stream";

    private readonly TimeProvider _time;
    private readonly McpServerOptions _options;
    private readonly ILoggerFactory _loggerFactory;
    private readonly string[] _allowedOrigins;
    private readonly Func<HttpContext, JsonRpcMessage, ValueTask<bool>>? _admit;
    private readonly Func<string, Tool?> _findTool;

    public StreamableHttpHandler(
        IOptions<McpServerOptions> serverOptions,
        IOptions<HttpServerTransportOptions> transportOptions,
        TimeProvider time,
        ILoggerFactory loggerFactory)
    {
        _time = time;
        _options = serverOptions.Value;
        _loggerFactory = AnsweredErrorsUnlogged.Over(loggerFactory);
        var transport = transportOptions.Value;
        _allowedOrigins = transport.AllowedOrigins;
        _admit = transport.Admit;
        _findTool = transport.FindTool
            ?? (name => _options.ToolCollection is { } tools && tools.TryGetPrimitive(name, out var tool) ? tool.ProtocolTool : null);
    }

    public Task HandleAsync(HttpContext context)
    {
        if (!OriginRule.Allows(context.Request, _allowedOrigins))
        {
            return JsonRpcErrors.WriteAsync(context, StatusCodes.Status403Forbidden, McpErrorCode.InvalidRequest,
                "Web pages of this origin may not call this server. The setting Mcp:AllowedOrigins lists those that may.");
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            // A server without sessions has no stream to open and nothing to end.
            context.Response.Headers.Allow = HttpMethods.Post;
            return JsonRpcErrors.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, McpErrorCode.InvalidRequest,
                "This endpoint is stateless and takes POST only: there is no stream to open with GET and no session to end with DELETE.");
        }

        return HandlePostAsync(context);
    }

    private async Task HandlePostAsync(HttpContext context)
    {
        if (!AcceptsBoth(context.Request.Headers.Accept))
        {
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status406NotAcceptable, McpErrorCode.InvalidRequest,
                "The Accept header must allow application/json and text/event-stream.");
            return;
        }

        if (!context.Request.HasJsonContentType())
        {
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, McpErrorCode.InvalidRequest,
                "The Content-Type header must be application/json.");
            return;
        }

        JsonRpcMessage? message;
        try
        {
            (message, var error, var batch) = await RequestReader.ReadAsync(context.Request.BodyReader, context.RequestAborted);
            if (batch is { } messages)
            {
                await new BatchAnswer(CheckHeaders, _admit, RunAsync, _time).AnswerAsync(context, messages);
                return;
            }

            if (message is null)
            {
                await JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, error!);
                return;
            }
        }
        catch (BadHttpRequestException exception)
        {
            // 413 for a body over the limit, 408 for one that came too slowly, 400 for one that broke off.
            await JsonRpcErrors.WriteAsync(context, exception.StatusCode, McpErrorCode.InvalidRequest, exception.Message);
            return;
        }

        var id = message is JsonRpcRequest request ? request.Id : default;
        if (CheckHeaders(context.Request.Headers, message) is { } broken)
        {
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, broken, id);
            return;
        }

        if (_admit is not null && !await _admit(context, message))
        {
            return;
        }

        await AnswerAsync(context, message);
    }

    private JsonRpcErrorDetail? CheckHeaders(IHeaderDictionary headers, JsonRpcMessage message)
    {
        try
        {
            return HeaderRules.Check(headers, message, _findTool);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // The parameters are parsed when they are read; only then do these two show.
            return JsonRpcErrors.Ambiguous();
        }
    }

    private async Task AnswerAsync(HttpContext context, JsonRpcMessage message)
    {
        await using var answer = new AnswerStream(context, _time);
        if (message is JsonRpcRequest)
        {
            answer.KeepAlive();
        }

        try
        {
            if (!await RunAsync(context, message, answer, first => SetStatus(context, first)))
            {
                context.Response.StatusCode = StatusCodes.Status202Accepted;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client closed the stream: that is how it cancels. There is nobody left to answer.
        }
        catch (Exception exception) when (message is JsonRpcRequest { Method: RequestMethods.Initialize }
            && exception is JsonException or InvalidOperationException or ArgumentException && !context.Response.HasStarted)
        {
            // The transport reads the parameters of this one method itself.
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, McpErrorCode.InvalidParams,
                "The parameters of initialize are not valid: protocolVersion, capabilities and clientInfo are required.", ((JsonRpcRequest)message).Id);
        }
    }

    /// <summary>Lets a server of its own answer a message; false where there is nothing to answer.</summary>
    private async Task<bool> RunAsync(
        HttpContext context, JsonRpcMessage message, Stream answer, Func<JsonRpcMessage?, ValueTask> onStarting)
    {
        var version = context.Request.Headers[McpHttpHeaders.ProtocolVersion].ToString();
        message.Context = new JsonRpcMessageContext
        {
            User = context.User,
            ProtocolVersion = version.Length > 0 ? version : null,
        };
        await using var transport = new StreamableHttpServerTransport(_loggerFactory) { Stateless = true };
        await using var server = ModelContextProtocol.Server.McpServer.Create(
            transport, _options, _loggerFactory, context.RequestServices);
        var running = server.RunAsync(context.RequestAborted);
        try
        {
            return await transport.HandlePostRequestAsync(message, answer, onStarting, context.RequestAborted);
        }
        finally
        {
            await transport.DisposeAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Which JSON-RPC errors show in the HTTP status: MCP 2026-07-28, basic/transports. Before it, none did.</summary>
    private static ValueTask SetStatus(HttpContext context, JsonRpcMessage? first)
    {
        if (first is JsonRpcError failure && !context.Response.HasStarted
            && context.Request.Headers[McpHttpHeaders.ProtocolVersion] == ProtocolVersions.PerRequest)
        {
            context.Response.StatusCode = (McpErrorCode)failure.Error.Code switch
            {
                McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
                McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability
                    or McpErrorCode.UnsupportedProtocolVersion => StatusCodes.Status400BadRequest,
                _ => StatusCodes.Status200OK,
            };
        }

        return ValueTask.CompletedTask;
    }

    private static bool AcceptsBoth(Microsoft.Extensions.Primitives.StringValues accept)
    {
        if (accept.Count == 0)
        {
            return true; // no preference (RFC 9110, section 12.5.1)
        }

        if (accept is [UsualAccept])
        {
            return true;
        }

        return MediaTypeHeaderValue.TryParseList(accept, out var types)
            && types.Any(type => type.MatchesMediaType("application/json"))
            && types.Any(type => type.MatchesMediaType("text/event-stream"));
    }
}
