using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Configuration;

namespace OrdersMcp.McpServer.Prompts;

/// <summary>Answers <c>prompts/list</c>, a page at a time.</summary>
internal sealed class PromptLister(ToolCatalog catalog, IOptions<McpOptions> options)
{
    public async ValueTask<ListPromptsResult> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        var prompts = (await catalog.GetAsync(cancellationToken)).Capabilities.Prompts;
        var page = ListPage<Prompt>.Of(prompts, prompt => prompt.Name, cursor, options.Value.ItemsPerPage, RequestMethods.PromptsList);
        return new ListPromptsResult
        {
            Prompts = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = options.Value.RefreshInterval,
            CacheScope = CacheScope.Public, // everyone sees the same
        };
    }
}
