using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// Logs once, after the documents are read, that the list of tools exceeds its budget and no mode is configured; and that
/// the settings or a document use a name that does not work as expected.
/// </summary>
internal sealed partial class ToolListNotice(ToolCatalog catalog, OwnTools own, IOptions<OpenApiToolsOptions> options, ILogger<ToolListNotice> logger) : IHostedService
{
    private readonly ToolListOptions _settings = options.Value.ToolList;
    private readonly Lock _saying = new();
    private bool _isCostSaid = options.Value.ToolList.Mode is not null;
    private bool _areNamesChecked;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Changed += Changed;
        Check(); // a document may already have been read
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        catalog.Changed -= Changed;
        return Task.CompletedTask;
    }

    private void Changed(object? sender, CatalogChanges changes)
    {
        if (changes.Tools)
        {
            Check();
        }
    }

    private void Check()
    {
        lock (_saying)
        {
            SayCost(catalog.Current.Definitions);
            if (own.IsOn && !_areNamesChecked && catalog.Apis.Values.All(api => api.IsLoaded))
            {
                _areNamesChecked = true;
                CheckNames(catalog.Current.Definitions);
            }
        }
    }

    private void SayCost(IReadOnlyList<Tool> tools)
    {
        if (!_isCostSaid && ToolSearch.CostOf(tools) is var cost && cost > _settings.TokenBudget)
        {
            _isCostSaid = true;
            LogExpensive(tools.Count, cost, _settings.TokenBudget);
        }
    }

    private void CheckNames(IReadOnlyList<Tool> tools)
    {
        foreach (var pinned in _settings.Pinned.Where(name => catalog.Find(name) is null))
        {
            LogUnknown(pinned, NearestName.Of(pinned, tools.Select(tool => tool.Name)) is { } nearest ? $" Did you mean '{nearest}'?" : "");
        }

        foreach (var hidden in own.Definitions.Where(tool => catalog.Find(tool.Name) is not null))
        {
            LogHidden(hidden.Name, OwnTools.Call);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of {Count} tools costs a model about {Tokens} tokens, more than Mcp:ToolList:TokenBudget ({Budget}). Set Mcp:ToolList:Mode to Search or Auto, so that clients search the tools, or to All to keep the list")]
    private partial void LogExpensive(int count, int tokens, int budget);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mcp:ToolList:Pinned has '{Name}', which is not a tool.{Nearest}")]
    private partial void LogUnknown(string name, string nearest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A document has a tool '{Name}', the name of this server's own tool. It is called with {CallTool}. Give it another name: Mcp:Apis:N:NamePrefix, or Mcp:Apis:N:Tools:OPERATION:Name")]
    private partial void LogHidden(string name, string callTool);
}
