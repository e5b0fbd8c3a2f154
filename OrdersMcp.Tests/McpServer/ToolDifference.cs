using System.Text.Json.Nodes;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The differences between two lists of tools, and whether they break an agent or program that knows the first.</summary>
internal sealed record ToolDifference(bool IsBreaking, string Tool, string What)
{
    public override string ToString() => $"{(IsBreaking ? "breaking" : "compatible")}: {Tool}: {What}";

    public static IReadOnlyList<ToolDifference> Between(JsonArray before, JsonArray after)
    {
        var (old, now) = (ByName(before), ByName(after));
        var differences = new List<ToolDifference>();
        differences.AddRange(old.Keys.Except(now.Keys, StringComparer.Ordinal).Select(name => new ToolDifference(true, name, "the tool is gone")));
        differences.AddRange(now.Keys.Except(old.Keys, StringComparer.Ordinal).Select(name => new ToolDifference(false, name, "the tool is new")));
        foreach (var name in old.Keys.Intersect(now.Keys, StringComparer.Ordinal))
        {
            var (was, @is) = (old[name], now[name]);
            Compare(was["inputSchema"]!.AsObject(), @is["inputSchema"]!.AsObject(), "input", isInput: true);
            if (was["outputSchema"] is JsonObject wasOutput)
            {
                if (@is["outputSchema"] is JsonObject isOutput)
                {
                    Compare(wasOutput, isOutput, "output", isInput: false);
                }
                else
                {
                    Add(isBreaking: true, "the output schema is gone");
                }
            }

            foreach (var member in was.Select(entry => entry.Key).Union(@is.Select(entry => entry.Key), StringComparer.Ordinal))
            {
                if (member is not ("inputSchema" or "outputSchema") && !JsonNode.DeepEquals(was[member], @is[member]))
                {
                    Add(isBreaking: false, $"{member} has changed");
                }
            }

            if (!JsonNode.DeepEquals(was, @is) && !differences.Exists(difference => difference.Tool == name))
            {
                Add(isBreaking: false, "the wording of a schema has changed");
            }

            void Add(bool isBreaking, string what) => differences.Add(new ToolDifference(isBreaking, name, what));

            void Compare(JsonObject a, JsonObject b, string path, bool isInput)
            {
                var (oldProperties, newProperties) = (Members(a["properties"]), Members(b["properties"]));
                foreach (var property in oldProperties.Keys.Except(newProperties.Keys, StringComparer.Ordinal))
                {
                    Add(isBreaking: true, $"{path}.{property} is gone");
                }

                foreach (var property in newProperties.Keys.Except(oldProperties.Keys, StringComparer.Ordinal))
                {
                    Add(isInput && Texts(b["required"]).Contains(property), $"{path}.{property} is new{(isInput && Texts(b["required"]).Contains(property) ? " and required" : "")}");
                }

                var (oldRequired, newRequired) = (Texts(a["required"]), Texts(b["required"]));
                foreach (var property in isInput ? newRequired.Except(oldRequired).Where(oldProperties.ContainsKey) : oldRequired.Except(newRequired).Where(newProperties.ContainsKey))
                {
                    Add(isBreaking: true, $"{path}.{property} is {(isInput ? "now" : "no longer")} required");
                }

                CompareValues(a, b, path, isInput);
                foreach (var property in oldProperties.Keys.Intersect(newProperties.Keys, StringComparer.Ordinal))
                {
                    if (oldProperties[property] is JsonObject x && newProperties[property] is JsonObject y)
                    {
                        Compare(x, y, $"{path}.{property}", isInput);
                    }
                }

                if (a["items"] is JsonObject oldItems && b["items"] is JsonObject newItems)
                {
                    Compare(oldItems, newItems, $"{path}[]", isInput);
                }

                var (oldDefinitions, newDefinitions) = (Members(a["$defs"]), Members(b["$defs"]));
                foreach (var definition in oldDefinitions.Keys.Intersect(newDefinitions.Keys, StringComparer.Ordinal))
                {
                    Compare(oldDefinitions[definition]!.AsObject(), newDefinitions[definition]!.AsObject(), $"{path}#{definition}", isInput);
                }
            }

            // Inputs must not become stricter, and outputs must not become looser.
            void CompareValues(JsonObject a, JsonObject b, string path, bool isInput)
            {
                if (!JsonNode.DeepEquals(a["type"], b["type"]) || !JsonNode.DeepEquals(a["$ref"], b["$ref"]))
                {
                    Add(isBreaking: true, $"{path} has another type");
                }

                var (oldValues, newValues) = (Texts(a["enum"]), Texts(b["enum"]));
                if (!oldValues.SetEquals(newValues))
                {
                    var isNarrower = newValues.Count > 0 && (oldValues.Count == 0 || oldValues.Except(newValues).Any());
                    var isWider = oldValues.Count > 0 && (newValues.Count == 0 || newValues.Except(oldValues).Any());
                    Add(isInput ? isNarrower : isWider, $"{path} has other values");
                }

                foreach (var (limit, sign) in new[] { ("minimum", 1), ("minLength", 1), ("minItems", 1), ("maximum", -1), ("maxLength", -1), ("maxItems", -1) })
                {
                    var (was, @is) = (Number(a[limit]), Number(b[limit]));
                    if (was != @is)
                    {
                        var isNarrower = @is is not null && (was is null || @is * sign > was * sign);
                        Add(isInput && isNarrower, $"{path} has another {limit}");
                    }
                }
            }
        }

        return differences;
    }

    private static Dictionary<string, JsonObject> ByName(JsonArray tools) =>
        tools.ToDictionary(tool => tool!["name"]!.ToString(), tool => tool!.AsObject(), StringComparer.Ordinal);

    private static Dictionary<string, JsonNode?> Members(JsonNode? node) =>
        (node as JsonObject ?? []).ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);

    private static HashSet<string> Texts(JsonNode? node) =>
        (node as JsonArray ?? []).Select(item => item?.ToJsonString() is { } text ? text.Trim('"') : "null").ToHashSet(StringComparer.Ordinal);

    private static double? Number(JsonNode? node) => node?.GetValue<double>();
}
