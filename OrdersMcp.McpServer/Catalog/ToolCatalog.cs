using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Tools;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// The tools of all APIs. A refresh replaces the whole at once: a call that began on the old set ends on it.
/// </summary>
internal sealed class ToolCatalog(IOptions<McpOptions> options, TimeProvider time)
{
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _updating = new();
    private ImmutableDictionary<string, ApiState> _apis =
        options.Value.Apis.ToImmutableDictionary(api => api.Name, _ => new ApiState([], IsLoaded: false, Problem: "not read yet"));

    private volatile CatalogSnapshot _current = new(FrozenDictionary<string, OperationTool>.Empty, []);

    /// <summary>Raised after what clients see of the tools has become different.</summary>
    public event EventHandler? Changed;

    /// <summary>How each API's document fared, by the API's name.</summary>
    public IReadOnlyDictionary<string, ApiState> Apis => _apis;

    /// <summary>The tools, once every API's document was read.</summary>
    /// <exception cref="McpProtocolException">That takes longer than a client should wait; the message names the API.</exception>
    public ValueTask<CatalogSnapshot> GetAsync(CancellationToken cancellationToken) =>
        _loaded.Task.IsCompleted ? ValueTask.FromResult(_current) : WaitAsync(cancellationToken);

    /// <summary>The tool of a name as it is now, or null.</summary>
    public Tool? Find(string name) => _current.ToolsByName.GetValueOrDefault(name)?.Definition;

    /// <summary>The operation behind a tool's name as it is now, or null.</summary>
    public OperationTool? FindOperation(string name) => _current.ToolsByName.GetValueOrDefault(name);

    /// <summary>The operations behind the tools as they are now.</summary>
    public IEnumerable<OperationTool> Operations => _current.ToolsByName.Values;

    /// <summary>Replaces the tools of one API.</summary>
    public void Update(string api, IReadOnlyList<OperationTool> tools) => Set(api, new ApiState(tools, IsLoaded: true, Problem: null));

    /// <summary>Notes that an API's document could not be read; its tools stay as they were.</summary>
    public void Fail(string api, string problem) => Set(api, _apis[api] with { Problem = problem });

    private void Set(string api, ApiState state)
    {
        bool isChanged;
        lock (_updating)
        {
            var before = _current;
            _apis = _apis.SetItem(api, state);
            _current = Merge();
            isChanged = !before.Describes(_current);
            if (_apis.Values.All(each => each.IsLoaded))
            {
                _loaded.TrySetResult();
            }
        }

        if (isChanged)
        {
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }

    /// <summary>All tools. A name that two APIs give belongs to the one that is configured first, whichever was read first.</summary>
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
            tools.ToFrozenDictionary(StringComparer.Ordinal), [.. tools.Values.Select(tool => tool.Definition)]);
    }

    private async ValueTask<CatalogSnapshot> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _loaded.Task.WaitAsync(options.Value.FirstLoadWait, time, cancellationToken);
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
    /// <summary>Whether clients see the same tools.</summary>
    public bool Describes(CatalogSnapshot other) => ReferenceEquals(this, other)
        || (Definitions.Count == other.Definitions.Count && Definitions.Zip(other.Definitions).All(pair => IsSame(pair.First, pair.Second)));

    private static bool IsSame(Tool a, Tool b) => ReferenceEquals(a, b)
        || (a.Name == b.Name && a.Title == b.Title && a.Description == b.Description
            && a.InputSchema.GetRawText() == b.InputSchema.GetRawText()
            && a.OutputSchema?.GetRawText() == b.OutputSchema?.GetRawText()
            && JsonSerializer.Serialize(a.Annotations) == JsonSerializer.Serialize(b.Annotations));
}

/// <summary>How one API's document fared.</summary>
/// <param name="Tools">The tools of the last document that was good.</param>
/// <param name="IsLoaded">Whether a document was ever good.</param>
/// <param name="Problem">Why the last reading failed, or null.</param>
internal sealed record ApiState(IReadOnlyList<OperationTool> Tools, bool IsLoaded, string? Problem);
