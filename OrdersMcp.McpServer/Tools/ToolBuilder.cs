using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Tools;

/// <summary>Makes a tool of each operation of a document.</summary>
internal static class ToolBuilder
{
    /// <summary>Clients put a prefix before names and cap the whole at 64 characters.</summary>
    private const int MaxNameLength = 45;

    public static IReadOnlyList<OperationTool> Build(ApiDocument document, ApiEndpoint api)
    {
        var tools = document.ReadOperations().Select(operation => Build(document, operation, api)).ToList();
        return tools.GroupBy(tool => tool.Definition.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new ApiDocumentException($"Two operations have the name '{twice.Key}'.")
            : tools;
    }

    private static OperationTool Build(ApiDocument document, ApiOperation operation, ApiEndpoint api)
    {
        var (inputSchema, bindings) = DescribeInput(document, operation);
        var isReadOnly = operation.Method is "GET" or "HEAD";
        var definition = new Tool
        {
            Name = NameOf(operation),
            Title = operation.Summary,
            Description = operation.Description ?? operation.Summary ?? $"{operation.Method} {operation.Path}",
            InputSchema = JsonSerializer.SerializeToElement(inputSchema),
            OutputSchema = DescribeOutput(document, operation),
            Annotations = new ToolAnnotations
            {
                Title = operation.Summary,
                ReadOnlyHint = isReadOnly,
                IdempotentHint = isReadOnly || operation.Method is "PUT" or "DELETE",
                DestructiveHint = operation.Method is "DELETE",
                OpenWorldHint = false,
            },
        };
        return new OperationTool(definition, operation.Method, operation.Path, bindings, api);
    }

    private static string NameOf(ApiOperation operation)
    {
        var name = operation.Id ?? $"{operation.Method.ToLowerInvariant()}_{operation.Path.Trim('/')}";
        var legal = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '_'));
        return legal.Length <= MaxNameLength ? legal : legal[..MaxNameLength];
    }

    private static (JsonObject Schema, IReadOnlyList<ArgumentBinding> Bindings) DescribeInput(ApiDocument document, ApiOperation operation)
    {
        var writer = new SchemaWriter(document);
        var properties = new JsonObject();
        var bindings = new List<ArgumentBinding>();
        foreach (var parameter in operation.Parameters)
        {
            var schema = writer.WriteRoot(parameter.Schema);
            if (parameter.Description is not null)
            {
                schema["description"] = parameter.Description;
            }

            properties[parameter.Name] = schema;
            bindings.Add(new ArgumentBinding(parameter.Name, parameter.Location, parameter.Name, parameter.Required));
        }

        if (operation.Body is { } body)
        {
            AddBody(document, writer, body, operation.BodyRequired, properties, bindings);
        }

        var root = new JsonObject { ["type"] = "object", ["properties"] = properties };
        var required = bindings.Where(binding => binding.Required).Select(binding => (JsonNode)binding.Argument).ToArray();
        if (required.Length > 0)
        {
            root["required"] = new JsonArray([.. required]);
        }

        root["additionalProperties"] = false;
        writer.AddDefinitions(root);
        return (root, bindings);
    }

    /// <summary>The properties of an object body become arguments of their own where no parameter has their name.</summary>
    private static void AddBody(
        ApiDocument document, SchemaWriter writer, JsonObject body, bool required, JsonObject properties, List<ArgumentBinding> bindings)
    {
        var isFlat = document.Resolve(body)?["properties"] is JsonObject members && members.Count > 0
            && !members.Any(member => properties.ContainsKey(member.Key));
        if (!isFlat)
        {
            properties["body"] = writer.Write(body);
            bindings.Add(new ArgumentBinding("body", "body", Name: null, required));
            return;
        }

        var schema = writer.WriteRoot(body);
        var requiredMembers = (schema["required"] as JsonArray ?? []).Select(name => name!.ToString()).ToHashSet();
        foreach (var (name, member) in ((JsonObject)schema["properties"]!).ToArray())
        {
            properties[name] = member!.DeepClone();
            bindings.Add(new ArgumentBinding(name, "body", name, required && requiredMembers.Contains(name)));
        }
    }

    private static JsonElement? DescribeOutput(ApiDocument document, ApiOperation operation)
    {
        if (operation.Response is null)
        {
            return null;
        }

        var writer = new SchemaWriter(document);
        var schema = writer.WriteRoot(operation.Response);
        writer.AddDefinitions(schema);
        // Clients of the handshake era take only objects as structured content.
        return schema["type"] is JsonValue type && type.ToString() == "object" ? JsonSerializer.SerializeToElement(schema) : null;
    }
}
