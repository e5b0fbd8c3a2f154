using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>
/// Arguments that a client repeats as headers so that proxies can route by them: properties of a tool's input schema with
/// <c>x-mcp-header</c> (MCP 2026-07-28, basic/transports, "Custom headers from tool parameters").
/// </summary>
internal static class ParameterHeaders
{
    private const string Prefix = "Mcp-Param-";
    private const long LargestSafeInteger = 9_007_199_254_740_991; // 2^53 − 1, the largest safe integer in JavaScript

    /// <summary>Caches the declared headers of each tool.</summary>
    private static readonly ConditionalWeakTable<Tool, Parameter[]> Known = [];

    /// <summary>Describes the first header that is missing, malformed or different from its argument, or null.</summary>
    public static string? Check(IHeaderDictionary headers, Tool tool, JsonObject? arguments)
    {
        foreach (var parameter in Known.GetValue(tool, static tool => [.. Find(tool.InputSchema, [])]))
        {
            var argument = parameter.Path.Aggregate((JsonNode?)arguments, (node, name) => (node as JsonObject)?[name]);
            var isGiven = headers.TryGetValue(parameter.Header, out var header);
            if (!isGiven)
            {
                if (argument is not null)
                {
                    return $"The {parameter.Header} header is missing; it must repeat the argument '{parameter.Name}'.";
                }

                continue;
            }

            var text = header.ToString().Trim();
            if (text.AsSpan().ContainsAnyExceptInRange(' ', '~') || McpHeaderEncoder.DecodeValue(text) is not { } decoded)
            {
                return $"The {parameter.Header} header is neither plain ASCII nor a valid =?base64?…?= value.";
            }

            if (argument is null || !Matches(decoded, argument, parameter.IsInteger))
            {
                return $"The {parameter.Header} header differs from the argument '{parameter.Name}'.";
            }
        }

        return null;
    }

    private static IEnumerable<Parameter> Find(JsonElement schema, string[] path)
    {
        if (schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (var property in properties.EnumerateObject())
        {
            string[] here = [.. path, property.Name];
            if (property.Value.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            if (property.Value.TryGetProperty("x-mcp-header", out var name) && name.GetString() is { Length: > 0 } header)
            {
                yield return new Parameter(here, Prefix + header, IsInteger(property.Value));
            }

            foreach (var nested in Find(property.Value, here))
            {
                yield return nested;
            }
        }
    }

    private static bool IsInteger(JsonElement schema) => schema.TryGetProperty("type", out var type)
        && (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Any(one => one.ValueEquals("integer")) : type.ValueEquals("integer"));

    /// <summary>Compares integers within JavaScript's safe range as numbers (42.0 equals 42), anything else as text.</summary>
    private static bool Matches(string header, JsonNode argument, bool isInteger)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (isInteger && argument.GetValueKind() == JsonValueKind.Number)
        {
            return long.TryParse(header, Style, CultureInfo.InvariantCulture, out var left)
                && long.TryParse(argument.ToJsonString(), Style, CultureInfo.InvariantCulture, out var right)
                && left == right && Math.Abs(left) <= LargestSafeInteger;
        }

        return McpHeaderEncoder.ConvertToHeaderValue(argument) is { } expected && McpHeaderEncoder.DecodeValue(expected) == header;
    }

    private sealed record Parameter(string[] Path, string Header, bool IsInteger)
    {
        public string Name => Path[^1];
    }
}
