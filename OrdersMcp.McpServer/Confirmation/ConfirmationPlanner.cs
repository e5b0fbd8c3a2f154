using System.Text.Json.Nodes;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>Makes the plan of how a tool is confirmed, of what the document says and the settings allow.</summary>
internal sealed class ConfirmationPlanner(ApiOptions options, ApiDocument document, RelatedOperations related)
{
    private const string ArgumentPrefix = "confirm";

    /// <summary>The plan, or null where nobody is asked. Adds the argument of clients that cannot ask.</summary>
    public ConfirmationPlan? Plan(
        ApiOperation operation, string name, string title, ToolInput input, Action<string> warn)
    {
        var extension = operation.Extensions.Confirm;
        var policy = options.Confirmations.TryGetValue(name, out var own) ? own
            : extension is null ? ConfirmationPolicy.Never
            : options.Confirmation;
        if (policy == ConfirmationPolicy.Never)
        {
            return null;
        }

        var properties = input.Schema["properties"]!.AsObject();
        var preview = FindPreview(extension, properties, warn);
        var repeats = extension?.Repeat;
        if (repeats is not null && !properties.ContainsKey(repeats))
        {
            warn($"x-mcp.confirm: the tool has no argument '{repeats}' to repeat; 'confirm' takes its place.");
            repeats = null;
        }

        var subject = input.Bindings
            .Where(binding => binding.Place == ArgumentPlace.Path)
            .Select(binding => binding.Argument)
            .Append(repeats)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);
        return new ConfirmationPlan(
            policy,
            new ConfirmationQuestion(title, TemplateOf(extension, preview?.Operation, warn), [.. subject]),
            preview?.Tool,
            preview is null ? [] : [.. Names(preview.Tool).Where(properties.ContainsKey)],
            policy == ConfirmationPolicy.Always ? AddArgument(properties, repeats) : null,
            input.Bindings.FirstOrDefault(IsVersion)?.Argument);
    }

    private RelatedOperation? FindPreview(ConfirmExtension? extension, JsonObject properties, Action<string> warn)
    {
        if (extension?.Preview is not { } id)
        {
            return null;
        }

        if (related.Find(id) is not { } preview || !preview.Operation.IsSafe)
        {
            warn($"x-mcp.confirm: the preview '{id}' is no operation that only reads; the confirmation shows nothing.");
            return null;
        }

        if (Required(preview.Tool).FirstOrDefault(argument => !properties.ContainsKey(argument)) is { } missing)
        {
            warn($"x-mcp.confirm: the preview '{id}' needs '{missing}', which the tool does not take; "
                + "the confirmation shows nothing.");
            return null;
        }

        return preview;
    }

    private MessageTemplate? TemplateOf(ConfirmExtension? extension, ApiOperation? preview, Action<string> warn)
    {
        if (string.IsNullOrWhiteSpace(extension?.Message))
        {
            return null;
        }

        var template = new MessageTemplate(extension.Message);
        var schema = preview?.Success is { IsJson: true } success ? success.Schema : default;
        if (template.Fields.FirstOrDefault(field => !TrustedFields.Has(document, schema, field)) is { } forbidden)
        {
            warn($"x-mcp.confirm: the message asks for '{forbidden}', which is untrusted or no field of the preview; "
                + "it is not used.");
            return null;
        }

        return template;
    }

    private static ConfirmationArgument AddArgument(JsonObject properties, string? repeats)
    {
        var name = repeats is null
            ? ArgumentPrefix
            : $"{ArgumentPrefix}{char.ToUpperInvariant(repeats[0])}{repeats[1..]}";
        while (properties.ContainsKey(name))
        {
            name += "_2";
        }

        var schema = new JsonObject();
        if (repeats is null)
        {
            schema["type"] = "boolean";
        }
        else if (properties[repeats]!["type"] is { } type)
        {
            schema["type"] = type.DeepClone();
        }

        schema["description"] = repeats is null
            ? "true once the user agreed."
            : $"Repeats {repeats} once the user agreed.";
        properties[name] = schema;
        return new ConfirmationArgument(name, repeats);
    }

    private static bool IsVersion(ArgumentBinding binding) =>
        binding.Place == ArgumentPlace.Header && binding.Name!.Equals("If-Match", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Names(OperationTool tool) =>
        tool.Definition.InputSchema.GetProperty("properties").EnumerateObject().Select(property => property.Name);

    private static IEnumerable<string> Required(OperationTool tool) =>
        tool.Definition.InputSchema.TryGetProperty("required", out var required) ? required.Texts() : [];
}
