using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>The changes of the catalog that clients can see.</summary>
internal sealed class CatalogChanges(bool tools, bool prompts, bool resources, IReadOnlyList<string> updatedResources) : EventArgs
{
    /// <summary>Whether the list of tools has changed.</summary>
    public bool Tools => tools;

    /// <summary>Whether the list of prompts has changed.</summary>
    public bool Prompts => prompts;

    /// <summary>Whether the lists of resources or templates have changed.</summary>
    public bool Resources => resources;

    /// <summary>The URIs of the resources whose text has changed.</summary>
    public IReadOnlyList<string> UpdatedResources => updatedResources;

    public bool Any => Tools || Prompts || Resources || UpdatedResources.Count > 0;

    public static CatalogChanges Between(CatalogSnapshot before, CatalogSnapshot after) => new(
        !IsSame(before.Definitions, after.Definitions, IsSame),
        !IsSame(before.Capabilities.Prompts, after.Capabilities.Prompts, IsSameJson),
        !IsSame(before.Capabilities.Resources, after.Capabilities.Resources, IsSameJson) || !IsSame(before.Capabilities.Templates, after.Capabilities.Templates, IsSameJson),
        [.. before.Capabilities.ResourcesByUri.Values.Where(resource => !IsSame(resource, after.Capabilities.ResourcesByUri.GetValueOrDefault(resource.Definition.Uri))).Select(resource => resource.Definition.Uri)]);

    private static bool IsSame<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, T, bool> isSame) =>
        ReferenceEquals(before, after) || (before.Count == after.Count && before.Zip(after).All(pair => isSame(pair.First, pair.Second)));

    private static bool IsSame(Tool a, Tool b) => ReferenceEquals(a, b)
        || (a.Name == b.Name && a.Title == b.Title && a.Description == b.Description
            && a.InputSchema.GetRawText() == b.InputSchema.GetRawText()
            && a.OutputSchema?.GetRawText() == b.OutputSchema?.GetRawText()
            && a.Meta?.ToJsonString() == b.Meta?.ToJsonString()
            && JsonSerializer.Serialize(a.Annotations) == JsonSerializer.Serialize(b.Annotations));

    private static bool IsSame(FixedResource before, FixedResource? after) => ReferenceEquals(before, after) || before.Text == after?.Text;

    private static bool IsSameJson<T>(T a, T b) => ReferenceEquals(a, b)
        || JsonSerializer.Serialize(a, McpJsonUtilities.DefaultOptions) == JsonSerializer.Serialize(b, McpJsonUtilities.DefaultOptions);
}
