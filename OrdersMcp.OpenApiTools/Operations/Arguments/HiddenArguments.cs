using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>Removes from a tool the arguments that the settings hide or preset.</summary>
internal static class HiddenArguments
{
    /// <summary>The input without these arguments, and with the values that are sent in their place.</summary>
    /// <exception cref="ApiDocumentException">The tool lacks the argument, or requires it and has no preset.</exception>
    public static ToolInput Hide(ToolInput input, ToolOptions tool)
    {
        var preset = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var properties = (JsonObject)input.Schema["properties"]!;
        foreach (var name in tool.HideArguments.Concat(tool.Preset.Keys).Distinct(StringComparer.Ordinal))
        {
            var binding = input.Bindings.FirstOrDefault(each => each.Argument == name) ?? input.Bindings.FirstOrDefault(each => each.Name == name)
                ?? throw new ApiDocumentException($"The settings hide the argument '{name}', which the tool does not have.");
            properties.Remove(binding.Argument, out var schema);
            var isRequired = input.Schema["required"] is JsonArray required && required.RemoveAll(each => each!.GetValue<string>() == binding.Argument) > 0;
            if (tool.Preset.TryGetValue(name, out var value))
            {
                preset[binding.Argument] = ValueOf(value, schema as JsonObject);
            }
            else if (isRequired)
            {
                throw new ApiDocumentException($"The settings hide the argument '{name}', which is required; preset it.");
            }
        }

        if (input.Schema["required"] is JsonArray { Count: 0 })
        {
            input.Schema.Remove("required");
        }

        return input with { Preset = preset };
    }

    /// <summary>Text if the schema is a string; otherwise JSON if the value parses.</summary>
    private static JsonElement ValueOf(string value, JsonObject? schema)
    {
        try
        {
            return schema?["type"]?.ToString() == "string" ? JsonSerializer.SerializeToElement(value) : JsonElement.Parse(value);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(value);
        }
    }
}
