using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Selects the operations of an API that become tools: the union of all includes, minus all excludes.</summary>
internal sealed class OperationFilter(ApiOptions api, string setting)
{
    private readonly HashSet<string> _includedOperations = SetOf(api.IncludeOperations);
    private readonly HashSet<string> _excludedOperations = SetOf(api.ExcludeOperations);
    private readonly HashSet<string> _includedTags = SetOf(api.IncludeTags);
    private readonly HashSet<string> _excludedTags = SetOf(api.ExcludeTags);
    private readonly Regex[] _includedPaths = [.. api.IncludePaths.Select(Pattern)];
    private readonly Regex[] _excludedPaths = [.. api.ExcludePaths.Select(Pattern)];

    /// <exception cref="ApiDocumentException">A filter names an operation that the document does not contain.</exception>
    public List<ApiOperation> Apply(IReadOnlyList<ApiOperation> operations)
    {
        var ids = operations.Where(operation => operation.Id is not null).Select(operation => operation.Id!).ToArray();
        Check(_includedOperations, nameof(ApiOptions.IncludeOperations), ids);
        Check(_excludedOperations, nameof(ApiOptions.ExcludeOperations), ids);
        return [.. operations.Where(operation => !operation.Extensions.Hide && Allows(operation))];
    }

    /// <summary>Whether the filters admit an operation, hidden or not.</summary>
    public bool Allows(ApiOperation operation)
    {
        var isNamed = operation.Id is not null && _includedOperations.Contains(operation.Id);
        var isIncluded = (_includedOperations.Count == 0 && _includedTags.Count == 0 && _includedPaths.Length == 0)
            || isNamed || operation.Tags.Any(_includedTags.Contains) || Has(_includedPaths, operation);
        return isIncluded && !Excludes(operation);
    }

    /// <summary>Whether an operation must not be called, not even on behalf of another operation.</summary>
    public bool Excludes(ApiOperation operation) =>
        (operation.Id is not null && _excludedOperations.Contains(operation.Id))
        || operation.Tags.Any(_excludedTags.Contains) || Has(_excludedPaths, operation)
        || (api.ReadOnly && !(operation.Extensions.ReadOnly ?? operation.IsSafe))
        || (api.Deprecated == DeprecatedOperations.Omit && operation.Deprecated);

    private static bool Has(Regex[] patterns, ApiOperation operation) => Array.Exists(patterns, pattern => pattern.IsMatch(operation.ToString()));

    /// <summary>A path with an optional method, in which <c>*</c> matches any characters.</summary>
    private static Regex Pattern(string written) => new(
        $@"\A{(written.StartsWith('/') ? "[A-Z]+ " : "")}{Regex.Escape(written).Replace(@"\*", ".*", StringComparison.Ordinal)}\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

    private static HashSet<string> SetOf(List<string>? values) =>
        new((values ?? []).Where(value => !string.IsNullOrWhiteSpace(value)), StringComparer.Ordinal);

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
