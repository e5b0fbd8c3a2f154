using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// The MCP features of all APIs: tools, resources, prompts. A refresh replaces everything at once; a running call finishes
/// on the old version.
/// </summary>
internal sealed class ToolCatalog(IOptions<OpenApiToolsOptions> options, TimeProvider time)
{
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _updating = new();
    private ImmutableDictionary<string, ApiState> _apis =
        options.Value.Apis.ToImmutableDictionary(api => api.Name, _ => new ApiState([], ApiCapabilities.None, IsLoaded: false, Problem: "not read yet"));

    private volatile CatalogSnapshot _current = new(FrozenDictionary<string, OperationTool>.Empty, []);

    /// <summary>Raised after a change that clients can see.</summary>
    public event EventHandler<CatalogChanges>? Changed;

    /// <summary>The current state, loaded or not.</summary>
    public CatalogSnapshot Current => _current;

    /// <summary>The state of each API's document, by the name of the API.</summary>
    public IReadOnlyDictionary<string, ApiState> Apis => _apis;

    /// <summary>Whether tools can be served: every API's document was read, or the wait for the others is over.</summary>
    public bool IsRead => _loaded.Task.IsCompleted;

    /// <summary>
    /// Waits until every API's document was read. An unusable or late document of one API does not block the tools of the
    /// others: they are available after the first wait.
    /// </summary>
    /// <exception cref="McpProtocolException">No tools are loaded yet; the message names the API.</exception>
    public ValueTask<CatalogSnapshot> GetAsync(CancellationToken cancellationToken) =>
        IsRead ? ValueTask.FromResult(_current) : WaitAsync(cancellationToken);

    /// <summary>
    /// Waits until each document was read or failed to be, and no longer than the first load may take. For callers that can
    /// continue without the tools.
    /// </summary>
    public async Task TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _tried.Task.WaitAsync(options.Value.FirstLoadWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A document is late.
        }
    }

    /// <summary>The current tool of this name, or null.</summary>
    public Tool? Find(string name) => _current.ToolsByName.GetValueOrDefault(name)?.Definition;

    /// <summary>The current operation of this tool, or null.</summary>
    public OperationTool? FindOperation(string name) => _current.ToolsByName.GetValueOrDefault(name);

    /// <summary>The current features besides tools.</summary>
    public CatalogCapabilities Capabilities => _current.Capabilities;

    /// <summary>The current operations of all tools.</summary>
    public IEnumerable<OperationTool> Operations => _current.ToolsByName.Values;

    /// <summary>Replaces the tools and features of one API.</summary>
    public void Update(string api, IReadOnlyList<OperationTool> tools, ApiCapabilities capabilities) =>
        Set(api, new ApiState(tools, capabilities, IsLoaded: true, Problem: null, ReadAt: time.GetUtcNow()));

    /// <summary>Records that an API's document could not be read. Its tools stay unchanged.</summary>
    /// <param name="api">The API.</param>
    /// <param name="problem">The reason.</param>
    /// <param name="isOfDocument">Whether the document itself is unusable, so that waiting for it is useless.</param>
    public void Fail(string api, string problem, bool isOfDocument) =>
        Set(api, _apis[api] with { Problem = problem, IsSettled = _apis[api].IsSettled || isOfDocument, HasFailed = true });

    private void Set(string api, ApiState state)
    {
        CatalogChanges changes;
        lock (_updating)
        {
            var before = _current;
            _apis = _apis.SetItem(api, state);
            _current = Merge();
            changes = CatalogChanges.Between(before, _current);
            if (_apis.Values.All(each => each.IsLoaded || each.IsSettled) && _apis.Values.Any(each => each.IsLoaded))
            {
                _loaded.TrySetResult();
            }

            if (_apis.Values.All(each => each.IsLoaded || each.HasFailed))
            {
                _tried.TrySetResult();
            }
        }

        if (changes.Any)
        {
            Changed?.Invoke(this, changes);
        }
    }

    /// <summary>
    /// All tools. If two APIs use the same name, the first configured API wins, in whatever order the documents were read.
    /// </summary>
    private CatalogSnapshot Merge()
    {
        var tools = new SortedDictionary<string, OperationTool>(StringComparer.Ordinal);
        for (var i = 0; i < options.Value.Apis.Count; i++)
        {
            var api = options.Value.Apis[i].Name;
            var state = _apis[api];
            var doubles = state.Tools.Where(tool => !tools.TryAdd(tool.Definition.Name, tool)).ToArray();
            if (doubles.Length > 0)
            {
                var first = doubles[0].Definition.Name;
                _apis = _apis.SetItem(api, state with
                {
                    Problem = $"{OpenApiToolsOptions.Section}:Apis:{i}:NamePrefix: the tool '{first}' is of the API '{tools[first].Metadata.Api}' too. Set a prefix.",
                });
            }
        }

        return new CatalogSnapshot(
            tools.ToFrozenDictionary(StringComparer.Ordinal), [.. tools.Values.Select(tool => tool.Definition)])
        {
            Capabilities = CatalogCapabilities.Of(options.Value.Apis.Select(api => (api.Name, _apis[api.Name].Capabilities)), options.Value.Server.Instructions),
        };
    }

    private async ValueTask<CatalogSnapshot> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _loaded.Task.WaitAsync(options.Value.FirstLoadWait, time, cancellationToken);
            return _current;
        }
        catch (TimeoutException) when (_apis.Values.Any(each => each.IsLoaded))
        {
            _loaded.TrySetResult();
            return _current;
        }
        catch (TimeoutException exception)
        {
            // Callers see problems that only an operator can fix. The message names settings, never URLs.
            var missing = string.Join("; ", _apis.Where(api => !api.Value.IsLoaded).Select(api =>
                api.Value.Problem?.StartsWith(OpenApiToolsOptions.Section, StringComparison.Ordinal) is true ? $"{api.Key} ({api.Value.Problem})" : api.Key));
            throw new McpProtocolException(
                $"The tools are not loaded yet: the document of the API '{missing}' could not be used so far. Try again in a few seconds.",
                exception,
                McpErrorCode.InternalError);
        }
    }
}

/// <summary>One state of the catalog.</summary>
/// <param name="ToolsByName">The tools by name.</param>
/// <param name="Definitions">The answer of <c>tools/list</c>, sorted by name.</param>
internal sealed record CatalogSnapshot(FrozenDictionary<string, OperationTool> ToolsByName, IReadOnlyList<Tool> Definitions)
{
    /// <summary>The features besides tools.</summary>
    public CatalogCapabilities Capabilities { get; init; } = CatalogCapabilities.Empty;

    /// <summary>The requested pages of <c>tools/list</c>.</summary>
    public ToolPages Pages { get; } = new();
}

/// <summary>The state of one API's document.</summary>
/// <param name="Tools">The tools of the last usable document.</param>
/// <param name="Capabilities">The other features in it.</param>
/// <param name="IsLoaded">Whether a document was ever usable.</param>
/// <param name="Problem">The reason why the last reading failed, or null.</param>
/// <param name="ReadAt">The time of the last successful reading, or null.</param>
internal sealed record ApiState(
    IReadOnlyList<OperationTool> Tools, ApiCapabilities Capabilities, bool IsLoaded, string? Problem, DateTimeOffset? ReadAt = null)
{
    /// <summary>Whether the document was unusable the last time that it could be read.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Whether a reading has failed.</summary>
    public bool HasFailed { get; init; }
}
