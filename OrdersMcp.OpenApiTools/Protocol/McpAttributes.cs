using System.Collections.Frozen;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>
/// Attribute names: those of the OpenTelemetry semantic conventions (MCP, GenAI, network, client, enduser, url), and custom
/// ones, which start with <c>ordersmcp</c>. docs/observability.md explains each.
/// </summary>
internal static class McpAttributes
{
    /// <summary>The name of the meter, which equals the name of the application: every service exports that meter.</summary>
    public const string Meter = "OrdersMcp.OpenApiTools";

    public const string Method = "mcp.method.name";
    public const string ProtocolVersion = "mcp.protocol.version";
    public const string SessionId = "mcp.session.id";
    public const string ResourceUri = "mcp.resource.uri";
    public const string RequestId = "jsonrpc.request.id";
    public const string StatusCode = "rpc.response.status_code";
    public const string ErrorType = "error.type";
    public const string Tool = "gen_ai.tool.name";
    public const string Prompt = "gen_ai.prompt.name";
    public const string Operation = "gen_ai.operation.name";
    public const string ExecuteTool = "execute_tool";
    public const string CallArguments = "gen_ai.tool.call.arguments";
    public const string CallResult = "gen_ai.tool.call.result";
    public const string Transport = "network.transport";
    public const string Protocol = "network.protocol.name";
    public const string ProtocolNumber = "network.protocol.version";
    public const string ClientAddress = "client.address";
    public const string ClientPort = "client.port";
    public const string EndUser = "enduser.id";
    public const string UserHash = "user.hash";
    public const string UrlTemplate = "url.template";
    public const string UrlFull = "url.full";

    public const string Client = "ordersmcp.client.name";
    public const string ClientVersion = "ordersmcp.client.version";
    public const string Outcome = "ordersmcp.outcome";
    public const string Api = "ordersmcp.api";
    public const string ApiOperation = "ordersmcp.operation.id";
    public const string ArgumentsSize = "ordersmcp.arguments.size";
    public const string ResultSize = "ordersmcp.result.size";
    public const string ResultTokens = "ordersmcp.result.tokens";
    public const string AnswerPath = "ordersmcp.answer.path";
    public const string ResultTruncated = "ordersmcp.result.cut";
    public const string Replayed = "ordersmcp.idempotency.replayed";

    /// <summary>Replaces names that clients invent: they are not bounded and may contain secrets.</summary>
    public const string Other = "_OTHER";

    /// <summary>The methods of the protocol in all its revisions.</summary>
    public static readonly FrozenSet<string> Methods = new[]
    {
        RequestMethods.ToolsList, RequestMethods.ToolsCall, RequestMethods.PromptsList, RequestMethods.PromptsGet,
        RequestMethods.ResourcesList, RequestMethods.ResourcesRead, RequestMethods.ResourcesTemplatesList,
        RequestMethods.ResourcesSubscribe, RequestMethods.ResourcesUnsubscribe, "roots/list", RequestMethods.Ping,
        "logging/setLevel", RequestMethods.CompletionComplete, "sampling/createMessage",
        RequestMethods.ElicitationCreate, RequestMethods.Initialize, RequestMethods.ServerDiscover,
        RequestMethods.SubscriptionsListen, "tasks/get", "tasks/list", "tasks/result", "tasks/cancel", "tasks/update",
        "skills/list", "skills/get", "resources/directory/read",
        NotificationMethods.ToolListChangedNotification, NotificationMethods.PromptListChangedNotification,
        NotificationMethods.ResourceListChangedNotification, NotificationMethods.ResourceUpdatedNotification,
        "notifications/roots/list_changed", "notifications/message",
        NotificationMethods.ElicitationCompleteNotification, NotificationMethods.InitializedNotification,
        NotificationMethods.ProgressNotification, NotificationMethods.CancelledNotification,
        NotificationMethods.SubscriptionsAcknowledgedNotification, "notifications/tasks/status",
    }.ToFrozenSet(StringComparer.Ordinal);
}
