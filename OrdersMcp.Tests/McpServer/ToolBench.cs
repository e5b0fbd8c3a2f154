using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Tasks;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The tools of a document, calling an API that is a function in this process.</summary>
internal sealed class ToolBench : HttpMessageHandler
{
    public const string Address = "http://backend.internal:8123/base";

    private ToolBench(string document, Action<ApiOptions>? configure, int budget)
    {
        var options = new ApiOptions { Name = "test", Document = "http://backend.internal:8123/openapi.json", BaseAddress = Address, OutputSchemas = OutputSchemas.Full, LongestName = 45 };
        configure?.Invoke(options);
        var client = new HttpClient(this);
        var builder = new ToolBuilder(
            options, "Mcp:Apis:0", server => new ApiEndpoint(options, ApiClients.BaseAddressOf(options, server), client), budget)
        {
            Planners = [new ConfirmationPlanner(), new JobPlanner()],
        };
        var set = builder.Build(ApiDocument.Parse(Encoding.UTF8.GetBytes(document)));
        (Tools, Warnings) = set;
        Capabilities = set.Capabilities;
    }

    public IReadOnlyList<OperationTool> Tools { get; }

    public IReadOnlyList<DocumentWarning> Warnings { get; }

    public ApiCapabilities Capabilities { get; }

    public IEnumerable<string> Names => Tools.Select(tool => tool.Definition.Name).Order(StringComparer.Ordinal);

    public OperationTool Tool => Assert.Single(Tools);

    public List<SentRequest> Requests { get; } = [];

    public SentRequest Request => Assert.Single(Requests);

    public Caller Caller { get; set; } = Caller.Server;

    public Func<SentRequest, HttpResponseMessage> Answer { get; set; } = _ => Json("{}");

    public static ToolBench Of(string document, Action<ApiOptions>? configure = null, int budget = 32 * 1024) => new(document, configure, budget);

    /// <summary>The tool of one operation, from the JSON of its operation object.</summary>
    public static ToolBench OfOperation(
        string operation, string path = "/x", string method = "get", string schemas = "{}", string version = "3.1.1", Action<ApiOptions>? configure = null, int budget = 32 * 1024) =>
        Of(Documents.With($$"""{ "{{path}}": { "{{method}}": {{operation}} } }""", schemas, version), configure, budget);

    /// <summary>The tool of an operation with a body of this schema.</summary>
    public static ToolBench OfBody(string schema, string schemas = "{}", string mediaType = "application/json", string version = "3.1.1", string encoding = "{}") => OfOperation(
        $$"""{ "operationId": "x", "requestBody": { "required": true, "content": { "{{mediaType}}": { "schema": {{schema}}, "encoding": {{encoding}} } } } }""",
        method: "post", schemas: schemas, version: version);

    /// <summary>The tool of an operation that returns JSON of this schema.</summary>
    public static ToolBench OfAnswer(string schema, string schemas = "{}", string parameters = "[]", int budget = 32 * 1024, string method = "get", Action<ApiOptions>? configure = null) => OfOperation(
        $$"""{ "operationId": "x", "parameters": {{parameters}}, "responses": { "200": { "description": "Fine", "content": { "application/json": { "schema": {{schema}} } } } } }""",
        schemas: schemas, budget: budget, method: method, configure: configure);

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json") =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, type) };

    public Task<CallToolResult> CallAsync([System.Diagnostics.CodeAnalysis.StringSyntax("Json")] string arguments) => CallAsync(Tool, arguments, caller: Caller);

    public static async Task<CallToolResult> CallAsync(OperationTool tool, string arguments, string key = "derived-key", Caller? caller = null) => (await tool.CallAsync(
        new ToolCall(JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(arguments)!, new IdempotencyKey(key, IsDerived: true), caller ?? Caller.Server), TestContext.Current.CancellationToken)).Result;

    /// <summary>The rules that the arguments break, by path.</summary>
    public async Task<JsonObject> ErrorsAsync([System.Diagnostics.CodeAnalysis.StringSyntax("Json")] string arguments)
    {
        var result = await CallAsync(arguments);
        Assert.True(result.IsError);
        Assert.Empty(Requests);
        return JsonNode.Parse(Text(result))!["errors"]!.AsObject();
    }

    /// <summary>The target of the request for the arguments.</summary>
    public async Task<string> TargetAsync([System.Diagnostics.CodeAnalysis.StringSyntax("Json")] string arguments)
    {
        var result = await CallAsync(arguments);
        Assert.True(result.IsError is not true, Text(result));
        return Request.Target;
    }

    public static string Text(CallToolResult result) => Assert.IsType<TextContentBlock>(result.Content[0]).Text;

    public static JsonNode Problem(CallToolResult result)
    {
        Assert.True(result.IsError);
        return JsonNode.Parse(Text(result))!;
    }

    public string Input => Tool.Definition.InputSchema.GetRawText();

    public JsonElement Property(string name) => Tool.Definition.InputSchema.GetProperty("properties").GetProperty(name);

    public string Output => Tool.Definition.OutputSchema!.Value.GetRawText();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = new SentRequest(
            request.Method.Method,
            request.RequestUri!.AbsoluteUri,
            request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
                .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
        Requests.Add(sent);
        return Answer(sent);
    }
}

/// <summary>A request that a tool sent.</summary>
internal sealed record SentRequest(string Method, string Uri, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Path and query after the base address.</summary>
    public string Target => Uri[ToolBench.Address.Length..];
}
