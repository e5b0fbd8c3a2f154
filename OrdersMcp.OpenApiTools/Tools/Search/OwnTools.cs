using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>The two tools that replace a long list, and the inner call of the second.</summary>
internal sealed class OwnTools
{
    public const string Search = "search_tools";
    public const string Call = "call_tool";

    private const string Item = "ordersmcp.call.inner";

    private readonly ArgumentSchema _searchArguments;

    public OwnTools(IOptions<OpenApiToolsOptions> options)
    {
        var mcp = options.Value;
        IsOn = mcp.ToolList.Mode is ToolListMode.Search or ToolListMode.Auto;
        Definitions = [CallDefinition(), SearchDefinition(ServerIdentity.Of(mcp).Title!)];
        _searchArguments = ArgumentSchema.Compile(Definitions[1].InputSchema, new HashSet<string>(StringComparer.Ordinal), cursor: null);
    }

    /// <summary>Whether clients can search. If so, these tools own their names, whatever the list shows.</summary>
    public bool IsOn { get; }

    /// <summary>The definitions for clients, sorted by name.</summary>
    public IReadOnlyList<Tool> Definitions { get; }

    /// <summary>Whether a name belongs to one of them.</summary>
    public bool Has(string? name) => IsOn && name is Search or Call;

    /// <summary>The name of the tool that a call finally reaches; null if there is none.</summary>
    /// <exception cref="InvalidOperationException">A text has a lone surrogate.</exception>
    /// <exception cref="ArgumentException">An object has a duplicate member.</exception>
    public string? NameIn(JsonObject? parameters)
    {
        var name = parameters?["name"].AsText();
        return IsOn && name == Call ? InnerCall.Of(parameters!["arguments"]).Name ?? name : name;
    }

    /// <summary>Checks the arguments of a search.</summary>
    public ArgumentReport CheckSearch(IDictionary<string, JsonElement> arguments) => _searchArguments.Check(arguments);

    /// <summary>
    /// Replaces a call of <see cref="Call"/> by its inner call before any other filter, so that all rules for direct calls
    /// apply to it.
    /// </summary>
    public ModelContextProtocol.Server.McpMessageHandler Receive(ModelContextProtocol.Server.McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (IsOn && context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall, Params: JsonObject parameters } request
            && parameters["name"].AsText() == Call)
        {
            var inner = InnerCall.Read(parameters["arguments"]);
            request.Context ??= new JsonRpcMessageContext();
            request.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
            request.Context.Items[Item] = inner;
            if (inner.Problem is null)
            {
                parameters["name"] = inner.Name;
                parameters["arguments"] = inner.Arguments?.DeepClone() ?? new JsonObject();
            }
        }

        return next(context, cancellationToken);
    };

    /// <summary>The inner call that replaced a call of <see cref="Call"/>, or null for a direct call.</summary>
    public static InnerCall? InnerOf(JsonRpcRequest request) =>
        request.Context?.Items?.TryGetValue(Item, out var inner) is true ? (InnerCall?)inner : null;

    private static Tool SearchDefinition(string apis) => new()
    {
        Name = Search,
        Title = "Search tools",
        Description = $"Finds the tools for what you want to do, in {apis}. Returns the best with their schemas; call them with {Call}. "
            + "Search before you say that something cannot be done.",
        InputSchema = JsonElement.Parse(
            """
            {
              "type": "object",
              "properties": {
                "query": { "type": "string", "minLength": 1, "maxLength": 500, "description": "What you want to do, such as 'cancel an order', in the language of the API; or the exact name of a tool, for more of its schema." },
                "limit": { "type": "integer", "minimum": 1, "maximum": 10, "default": 5, "description": "How many tools." },
                "argument": { "type": "string", "minLength": 1, "maxLength": 500, "description": "If query is the name of a tool: the argument whose whole schema is wanted, such as 'filter' or 'filter.range'." }
              },
              "required": ["query"],
              "additionalProperties": false
            }
            """),
        Annotations = new ToolAnnotations { Title = "Search tools", ReadOnlyHint = true, IdempotentHint = true, DestructiveHint = false, OpenWorldHint = false },
    };

    private static Tool CallDefinition() => new()
    {
        Name = Call,
        Title = "Call a tool",
        Description = $"Calls a tool that {Search} found.",
        InputSchema = JsonElement.Parse(
            """
            {
              "type": "object",
              "properties": {
                "name": { "type": "string", "description": "The name of the tool." },
                "arguments": { "type": "object", "description": "Its arguments, as its inputSchema describes them.", "additionalProperties": true }
              },
              "required": ["name"],
              "additionalProperties": false
            }
            """),
        Annotations = new ToolAnnotations { Title = "Call a tool", ReadOnlyHint = false, IdempotentHint = false, DestructiveHint = true, OpenWorldHint = true },
    };
}
