using System.Collections.Frozen;
using System.Collections.Immutable;
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

    /// <summary>How each API's document fared, by the API's name.</summary>
    public IReadOnlyDictionary<string, ApiState> Apis => _apis;

    /// <summary>The tools, once every API's document was read.</summary>
    /// <exception cref="McpProtocolException">That takes longer than a client should wait; the message names the API.</exception>
    public ValueTask<CatalogSnapshot> GetAsync(CancellationToken cancellationToken) =>
        _loaded.Task.IsCompleted ? ValueTask.FromResult(_current) : WaitAsync(cancellationToken);

    /// <summary>Replaces the tools of one API.</summary>
    public void Update(string api, IReadOnlyList<OperationTool> tools) => Set(api, new ApiState(tools, IsLoaded: true, Problem: null));

    /// <summary>Notes that an API's document could not be read; its tools stay as they were.</summary>
    public void Fail(string api, string problem) => Set(api, _apis[api] with { Problem = problem });

    private void Set(string api, ApiState state)
    {
        lock (_updating)
        {
            _apis = _apis.SetItem(api, state);
            var tools = _apis.Values.SelectMany(each => each.Tools).OrderBy(tool => tool.Definition.Name, StringComparer.Ordinal).ToArray();
            _current = new CatalogSnapshot(
                tools.ToFrozenDictionary(tool => tool.Definition.Name, StringComparer.Ordinal), [.. tools.Select(tool => tool.Definition)]);
            if (_apis.Values.All(each => each.IsLoaded))
            {
                _loaded.TrySetResult();
            }
        }
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
            var missing = string.Join(", ", _apis.Where(api => !api.Value.IsLoaded).Select(api => api.Key));
            throw new McpProtocolException(
                $"The tools are not loaded yet: the document of the API '{missing}' could not be read so far. Try again in a few seconds.",
                exception,
                McpErrorCode.InternalError);
        }
    }
}

/// <summary>One state of the catalog.</summary>
/// <param name="ToolsByName">The tools, by the name that clients call.</param>
/// <param name="Definitions">What <c>tools/list</c> answers, in the order of names.</param>
internal sealed record CatalogSnapshot(FrozenDictionary<string, OperationTool> ToolsByName, IReadOnlyList<Tool> Definitions);

/// <summary>How one API's document fared.</summary>
/// <param name="Tools">The tools of the last document that was good.</param>
/// <param name="IsLoaded">Whether a document was ever good.</param>
/// <param name="Problem">Why the last reading failed, or null.</param>
internal sealed record ApiState(IReadOnlyList<OperationTool> Tools, bool IsLoaded, string? Problem);
