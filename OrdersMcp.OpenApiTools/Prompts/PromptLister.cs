using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Prompts;

/// <summary>Answers <c>prompts/list</c> in pages.</summary>
internal sealed class PromptLister(ToolCatalog catalog, IOptions<OpenApiToolsOptions> options)
{
    public async ValueTask<ListPromptsResult> ListAsync(RequestContext<ListPromptsRequestParams> request, CancellationToken cancellationToken)
    {
        var prompts = (await catalog.GetAsync(cancellationToken)).Capabilities.Prompts;
        var isPerRequest = ProtocolVersions.IsPerRequest(request.JsonRpcRequest, request.Server);
        var page = ListPage<Prompt>.Of(
            prompts, prompt => prompt.Name, request.Params?.Cursor, options.Value.ItemsPerPage, RequestMethods.PromptsList);
        return new ListPromptsResult
        {
            Prompts = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = isPerRequest ? options.Value.RefreshInterval : null,
            CacheScope = isPerRequest ? CacheScope.Public : null, // the same for all callers
        };
    }
}
