using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Schemas;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>Plans how a tool is confirmed, from the document and the settings.</summary>
internal sealed class ConfirmationPlanner : IToolPlanner
{
    private const string ArgumentPrefix = "confirm";

    /// <summary>The plan, or null for no confirmation. Adds the argument for clients that cannot ask a person.</summary>
    public object? Plan(ToolDraft draft)
    {
        var (input, warn) = (draft.Input, draft.Warn);
        var extension = draft.Operation.Extensions.Confirm;
        var policy = draft.Options.Confirmations.TryGetValue(draft.Name, out var own) ? own
            : extension is null ? ConfirmationPolicy.Never
            : draft.Options.Confirmation;
        if (policy == ConfirmationPolicy.Never)
        {
            return null;
        }

        var properties = input.Schema["properties"]!.AsObject();
        var preview = FindPreview(draft, extension, properties);
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
            extension?.Message ?? "",
            new ConfirmationQuestion(draft.Title, TemplateOf(draft, extension, preview?.Operation), [.. subject]),
            preview?.Tool,
            preview is null ? [] : [.. Names(preview.Tool).Where(properties.ContainsKey)],
            policy == ConfirmationPolicy.Always ? AddArgument(properties, repeats) : null,
            input.Bindings.FirstOrDefault(IsVersion)?.Argument);
    }

    private static RelatedOperation? FindPreview(ToolDraft draft, ConfirmExtension? extension, JsonObject properties)
    {
        if (extension?.Preview is not { } id)
        {
            return null;
        }

        if (draft.Related.Find(id) is not { } preview || !preview.Operation.IsSafe)
        {
            draft.Warn($"x-mcp.confirm: the preview '{id}' is not a read-only operation; the confirmation shows nothing.");
            return null;
        }

        if (Required(preview.Tool).FirstOrDefault(argument => !properties.ContainsKey(argument)) is { } missing)
        {
            draft.Warn($"x-mcp.confirm: the preview '{id}' needs '{missing}', which is not an argument of the tool; "
                + "the confirmation shows nothing.");
            return null;
        }

        return preview;
    }

    private static MessageTemplate? TemplateOf(ToolDraft draft, ConfirmExtension? extension, ApiOperation? preview)
    {
        if (string.IsNullOrWhiteSpace(extension?.Message))
        {
            return null;
        }

        var template = new MessageTemplate(extension.Message);
        var schema = preview?.Success is { IsJson: true } success ? success.Schema : default;
        if (template.Fields.FirstOrDefault(field => !TrustedFields.Has(draft.Document, schema, field)) is { } forbidden)
        {
            draft.Warn($"x-mcp.confirm: the message asks for '{forbidden}', which is untrusted or not a field of the preview; "
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
