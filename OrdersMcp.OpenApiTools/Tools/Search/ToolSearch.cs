using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// Offers a search if the list of tools would cost a model too much (docs/decisions/0020-search-instead-of-a-list.md). A
/// caller finds exactly the tools that its list would contain.
/// </summary>
internal sealed class ToolSearch(OwnTools own, ICatalogVisibility access, IOptions<OpenApiToolsOptions> options)
{
    private const int DefaultLimit = 5;
    private const int MostNearest = 3;

    private static readonly ConditionalWeakTable<Tool, StrongBox<int>> Costs = [];

    private readonly ToolListOptions _settings = options.Value.ToolList;
    private readonly Lock _indexing = new();
    private (IReadOnlyList<Tool> Tools, ToolIndex Index)? _indexed;

    /// <summary>The estimated cost of tools for a model: names, descriptions and input schemas.</summary>
    public static int CostOf(IEnumerable<Tool> tools) =>
        tools.Sum(tool => Costs.GetValue(tool, static each => new StrongBox<int>(ToolCost.Of(each).Tokens)).Value);

    /// <summary>The tools that <c>tools/list</c> contains for a caller's tools, sorted by name.</summary>
    public IReadOnlyList<Tool> Listed(IReadOnlyList<Tool> shown) =>
        !own.IsOn || (_settings.Mode == ToolListMode.Auto && CostOf(shown) <= _settings.TokenBudget)
            ? shown
            : [.. shown.Where(tool => _settings.Pinned.Contains(tool.Name) && !own.Has(tool.Name)).Concat(own.Definitions).OrderBy(tool => tool.Name, StringComparer.Ordinal)];

    /// <summary>Answers a call of <see cref="OwnTools.Search"/>.</summary>
    public async ValueTask<OperationResult> SearchAsync(ClaimsPrincipal? caller, CatalogSnapshot snapshot, IDictionary<string, JsonElement> arguments)
    {
        var report = own.CheckSearch(arguments);
        if (!report.IsClean)
        {
            return ToolErrors.InvalidArguments(report);
        }

        var applied = report.Apply(arguments);
        var query = applied["query"].GetString()!.Trim();
        var limit = applied.TryGetValue("limit", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetInt32() : DefaultLimit;
        var argument = applied.TryGetValue("argument", out var path) && path.ValueKind == JsonValueKind.String ? path.GetString() : null;
        var shown = await ShownAsync(caller, snapshot);
        if (shown.Contains(query))
        {
            var tool = snapshot.ToolsByName[query];
            return argument is null
                ? Text(SearchAnswer.Of([tool], []))
                : SearchAnswer.OfArgument(tool, argument) is { } answer
                    ? Text(answer)
                    : NoArgument(query, argument, tool.Definition.InputSchema.Member("properties").Members().Select(property => property.Name));
        }

        var found = IndexOf(snapshot).Find(query, 2 * limit, tool => shown.Contains(tool.Definition.Name));
        return Text(SearchAnswer.Of([.. found.Take(limit)], found.Skip(limit).Select(tool => tool.Definition.Name)));
    }

    /// <summary>The error if <see cref="OwnTools.Call"/> names an unknown tool.</summary>
    public async ValueTask<OperationResult> NotFoundAsync(ClaimsPrincipal? caller, CatalogSnapshot snapshot, string name)
    {
        var shown = await ShownAsync(caller, snapshot);
        var nearest = new[] { NearestName.Of(name, shown) }.OfType<string>()
            .Concat(IndexOf(snapshot).Find(name, MostNearest, tool => shown.Contains(tool.Definition.Name)).Select(tool => tool.Definition.Name))
            .Distinct(StringComparer.Ordinal).Take(MostNearest);
        return ToolErrors.Error(ToolOutcome.NotFound, new JsonObject
        {
            ["title"] = "No such tool",
            ["detail"] = $"There is no tool '{BoundedText.Of(name, maxLength: 100)}'. Nothing was called. {OwnTools.Search} finds tools by what they do.",
            ["nearest"] = new JsonArray([.. nearest.Select(each => (JsonNode)each)]),
        });
    }

    /// <summary>The error if the arguments of <see cref="OwnTools.Call"/> describe no call.</summary>
    public static OperationResult NoCall(string problem) => ToolErrors.Error(ToolOutcome.InvalidArguments, new JsonObject
    {
        ["title"] = "Invalid arguments",
        ["detail"] = $"Nothing was called. {OwnTools.Call} takes the name of a tool and its arguments: {{\"name\": \"…\", \"arguments\": {{…}}}}. {problem}",
    });

    private async ValueTask<HashSet<string>> ShownAsync(ClaimsPrincipal? caller, CatalogSnapshot snapshot) =>
        (await access.ShownAsync(caller, snapshot)).Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);

    private static OperationResult NoArgument(string tool, string argument, IEnumerable<string> names) => ToolErrors.Error(ToolOutcome.InvalidArguments, new JsonObject
    {
        ["title"] = "No such argument",
        ["detail"] = $"{tool} has no argument '{argument}'. It has {BoundedText.Of(string.Join(", ", names), maxLength: 1000)}.",
    });

    private static OperationResult Text(string text) => new(new CallToolResult { Content = [new TextContentBlock { Text = text }] });

    /// <summary>The index of the current tools, reused as long as the tools are unchanged.</summary>
    private ToolIndex IndexOf(CatalogSnapshot snapshot)
    {
        lock (_indexing)
        {
            if (_indexed is not { } indexed || indexed.Tools.Count != snapshot.Definitions.Count || !indexed.Tools.SequenceEqual(snapshot.Definitions, ReferenceEqualityComparer.Instance))
            {
                _indexed = indexed = (snapshot.Definitions, new ToolIndex(snapshot.Definitions.Select(tool => snapshot.ToolsByName[tool.Name])));
            }

            return indexed.Index;
        }
    }
}
