using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// Which operations of an API become tools: the union of what is included, then less what is excluded.
/// </summary>
internal sealed class OperationFilter(ApiOptions api, string setting)
{
    private readonly HashSet<string> _includedOperations = SetOf(api.IncludeOperations);
    private readonly HashSet<string> _excludedOperations = SetOf(api.ExcludeOperations);
    private readonly HashSet<string> _includedTags = SetOf(api.IncludeTags);
    private readonly HashSet<string> _excludedTags =
        api.IncludeTags is null && api.ExcludeTags is null ? [ApiOptions.DefaultExcludedTag] : SetOf(api.ExcludeTags);

    /// <exception cref="ApiDocumentException">A filter names an operation that the document does not have.</exception>
    public List<ApiOperation> Apply(IReadOnlyList<ApiOperation> operations)
    {
        var ids = operations.Where(operation => operation.Id is not null).Select(operation => operation.Id!).ToArray();
        Check(_includedOperations, nameof(ApiOptions.IncludeOperations), ids);
        Check(_excludedOperations, nameof(ApiOptions.ExcludeOperations), ids);
        return [.. operations.Where(IsTool)];
    }

    private static HashSet<string> SetOf(List<string>? values) =>
        new((values ?? []).Where(value => !string.IsNullOrWhiteSpace(value)), StringComparer.Ordinal);

    private bool IsTool(ApiOperation operation)
    {
        var isNamed = operation.Id is not null && _includedOperations.Contains(operation.Id);
        var isIncluded = (_includedOperations.Count == 0 && _includedTags.Count == 0)
            || isNamed || operation.Tags.Any(_includedTags.Contains);
        var isExcluded = (operation.Id is not null && _excludedOperations.Contains(operation.Id))
            || operation.Tags.Any(_excludedTags.Contains)
            || operation.Extensions.Hide
            || (api.ReadOnly && !(operation.Extensions.ReadOnly ?? operation.IsSafe))
            || (api.Deprecated == DeprecatedOperations.Omit && operation.Deprecated);
        return isIncluded && !isExcluded;
    }

    private void Check(HashSet<string> filter, string name, string[] ids)
    {
        if (filter.FirstOrDefault(id => !ids.Contains(id, StringComparer.Ordinal)) is { } unknown)
        {
            var nearest = NearestName.Of(unknown, ids);
            throw new ApiDocumentException(
                $"{setting}:{name} names '{unknown}', which is no operation of the document.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
        }
    }
}
