using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>Arguments that a model wrote as JSON text, <c>"arguments": "{\"orderId\":1}"</c>, are read as the object.</summary>
internal static class ArgumentText
{
    private const string Item = "ordersmcp.arguments.text";

    /// <summary>Replaces the text by the object before the request is handled.</summary>
    public static McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsCall or RequestMethods.PromptsGet } request && Replace(request))
        {
            request.Context ??= new JsonRpcMessageContext();
            request.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
            request.Context.Items[Item] = true;
        }

        return next(context, cancellationToken);
    };

    /// <summary>Whether the arguments of a request were a text.</summary>
    public static bool WasRead(JsonRpcRequest request) => request.Context?.Items?.ContainsKey(Item) is true;

    /// <summary>Replaces the arguments if they are a text.</summary>
    public static bool Replace(JsonRpcRequest request)
    {
        if (request.Params is not JsonObject parameters || !TryParse(parameters["arguments"], out var arguments))
        {
            return false;
        }

        parameters["arguments"] = arguments;
        return true;
    }

    /// <summary>Reads the object in a text.</summary>
    public static bool TryParse(JsonNode? value, [NotNullWhen(true)] out JsonObject? arguments)
    {
        arguments = null;
        if (value.AsText() is not { } text || !text.AsSpan().TrimStart().StartsWith('{'))
        {
            return false;
        }

        try
        {
            arguments = JsonNode.Parse(text) as JsonObject;
            return arguments is { Count: >= 0 }; // Count reads the names, and throws for a duplicate
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
