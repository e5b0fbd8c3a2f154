namespace OrdersMcp.Tests.Observability;

/// <summary>
/// The attributes that the spans of a tool call must have, from the tables of the semantic conventions for MCP, GenAI,
/// HTTP and databases: what is required, what is conditionally required and applies, and what is recommended and can be
/// known. Those that begin with <c>ordersmcp</c> are this server's own (docs/observability.md).
/// </summary>
internal static class SpanConventions
{
    public static readonly string[] ToolCall =
    [
        "mcp.method.name", "gen_ai.tool.name", "gen_ai.operation.name", "jsonrpc.request.id", "mcp.protocol.version", "network.transport",
        "enduser.id", "ordersmcp.client.name", "ordersmcp.client.version", "ordersmcp.outcome", "ordersmcp.arguments.size",
    ];

    public static readonly string[] OverHttp = ["network.protocol.name", "network.protocol.version", "client.address", "client.port"];

    /// <summary>For an existing tool.</summary>
    public static readonly string[] Operation = ["ordersmcp.api", "ordersmcp.operation.id", "url.template"];

    public static readonly string[] Result = ["ordersmcp.result.size", "ordersmcp.result.tokens"];

    public static readonly string[] HttpServer =
    [
        "http.request.method", "http.route", "http.response.status_code", "url.path", "url.scheme", "server.address", "server.port",
        "client.address", "network.protocol.version",
    ];

    public static readonly string[] HttpClient = ["http.request.method", "server.address", "server.port", "url.full", "url.template"];

    /// <summary>For a request with a response.</summary>
    public static readonly string[] HttpAnswer = ["http.response.status_code", "network.protocol.version"];

    public static readonly string[] Statement = ["db.system.name", "db.namespace", "db.query.summary", "db.query.text", "server.address", "server.port"];

    /// <summary>Deprecated names (semantic conventions 1.44, registry) that instrumentation of these kinds once used.</summary>
    public static readonly string[] Deprecated =
    [
        "http.method", "http.status_code", "http.url", "http.target", "http.host", "http.scheme", "http.flavor", "http.user_agent", "http.client_ip",
        "net.peer.ip", "net.peer.name", "net.peer.port", "net.host.name", "net.host.port", "net.transport", "net.protocol.name", "enduser.role",
        "enduser.scope", "rpc.jsonrpc.error_code", "rpc.jsonrpc.request_id", "rpc.jsonrpc.version", "rpc.system", "rpc.service", "db.statement",
        "db.system", "db.name", "db.operation", "db.sql.table", "db.user", "db.connection_string", "gen_ai.system", "mcp.session.id",
    ];
}
