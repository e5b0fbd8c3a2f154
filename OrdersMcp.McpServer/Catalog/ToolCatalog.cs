using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Operations;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// What MCP shows of all APIs: tools, resources, prompts. A refresh replaces the whole at once: a call that began on the
/// old set ends on it.
/// </summary>
internal sealed class ToolCatalog(IOptions<McpOptions> options, TimeProvider time)
{
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _updating = new();
    private ImmutableDictionary<string, ApiState> _apis =
        options.Value.Apis.ToImmutableDictionary(api => api.Name, _ => new ApiState([], ApiCapabilities.None, IsLoaded: false, Problem: "not read yet"));

    private volatile CatalogSnapshot _current = new(FrozenDictionary<string, OperationTool>.Empty, []);

    /// <summary>Raised after what clients see has become different.</summary>
    public event EventHandler<CatalogChanges>? Changed;

    /// <summary>What there is now, be it loaded or not.</summary>
    public CatalogSnapshot Current => _current;

    /// <summary>How each API's document fared, by the API's name.</summary>
    public IReadOnlyDictionary<string, ApiState> Apis => _apis;

    /// <summary>Whether there are tools to serve: every API's document was read, or the others are not to be waited for.</summary>
    public bool IsRead => _loaded.Task.IsCompleted;

    /// <summary>
    /// The tools, once every API's document was read. An API whose document is of no use, or late, does not keep the tools of
    /// the others: they are there as soon as the first wait is over.
    /// </summary>
    /// <exception cref="McpProtocolException">There are none yet; the message names the API.</exception>
    public ValueTask<CatalogSnapshot> GetAsync(CancellationToken cancellationToken) =>
        IsRead ? ValueTask.FromResult(_current) : WaitAsync(cancellationToken);

    /// <summary>The tool of a name as it is now, or null.</summary>
    public Tool? Find(string name) => _current.ToolsByName.GetValueOrDefault(name)?.Definition;

    /// <summary>The operation behind a tool's name as it is now, or null.</summary>
    public OperationTool? FindOperation(string name) => _current.ToolsByName.GetValueOrDefault(name);

    /// <summary>What there is besides tools, as it is now.</summary>
    public CatalogCapabilities Capabilities => _current.Capabilities;

    /// <summary>The operations behind the tools as they are now.</summary>
    public IEnumerable<OperationTool> Operations => _current.ToolsByName.Values;

    /// <summary>Replaces what one API has.</summary>
    public void Update(string api, IReadOnlyList<OperationTool> tools, ApiCapabilities capabilities) =>
        Set(api, new ApiState(tools, capabilities, IsLoaded: true, Problem: null, ReadAt: time.GetUtcNow()));

    /// <summary>Notes that an API's document could not be read; its tools stay as they were.</summary>
    /// <param name="api">The API.</param>
    /// <param name="problem">Why.</param>
    /// <param name="isOfDocument">Whether the document itself is of no use, so that waiting for it is in vain.</param>
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
        }

        if (changes.Any)
        {
            Changed?.Invoke(this, changes);
        }
    }

    /// <summary>All tools. Where two APIs use a name, the first configured API wins, whichever document was read first.</summary>
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
                    Problem = $"{McpOptions.Section}:Apis:{i}:NamePrefix: the tool '{first}' is of the API '{tools[first].Metadata.Api}' too. Set a prefix.",
                });
            }
        }

        return new CatalogSnapshot(
            tools.ToFrozenDictionary(StringComparer.Ordinal), [.. tools.Values.Select(tool => tool.Definition)])
        {
            Capabilities = CatalogCapabilities.Of(options.Value.Apis.Select(api => (api.Name, _apis[api.Name].Capabilities))),
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
            // What only an operator can set right is said to whoever asks; it names settings, never addresses.
            var missing = string.Join("; ", _apis.Where(api => !api.Value.IsLoaded).Select(api =>
                api.Value.Problem?.StartsWith(McpOptions.Section, StringComparison.Ordinal) is true ? $"{api.Key} ({api.Value.Problem})" : api.Key));
            throw new McpProtocolException(
                $"The tools are not loaded yet: the document of the API '{missing}' could not be used so far. Try again in a few seconds.",
                exception,
                McpErrorCode.InternalError);
        }
    }
}

/// <summary>One state of the catalog.</summary>
/// <param name="ToolsByName">The tools, by the name that clients call.</param>
/// <param name="Definitions">What <c>tools/list</c> answers, in the order of names.</param>
internal sealed record CatalogSnapshot(FrozenDictionary<string, OperationTool> ToolsByName, IReadOnlyList<Tool> Definitions)
{
    /// <summary>What there is besides tools.</summary>
    public CatalogCapabilities Capabilities { get; init; } = CatalogCapabilities.Empty;

    /// <summary>Pages of <c>tools/list</c> that were asked for.</summary>
    public ToolPages Pages { get; } = new();
}

/// <summary>How one API's document fared.</summary>
/// <param name="Tools">The tools of the last document that was good.</param>
/// <param name="Capabilities">What else was in it.</param>
/// <param name="IsLoaded">Whether a document was ever good.</param>
/// <param name="Problem">Why the last reading failed, or null.</param>
/// <param name="ReadAt">When the document was last read with success, or null.</param>
internal sealed record ApiState(
    IReadOnlyList<OperationTool> Tools, ApiCapabilities Capabilities, bool IsLoaded, string? Problem, DateTimeOffset? ReadAt = null)
{
    /// <summary>Whether the document was of no use the last time that it could be read.</summary>
    public bool IsSettled { get; init; }

    /// <summary>Whether a reading has failed.</summary>
    public bool HasFailed { get; init; }
}
