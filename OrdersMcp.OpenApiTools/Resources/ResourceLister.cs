using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Resources;

/// <summary>Answers <c>resources/list</c> and <c>resources/templates/list</c> in pages.</summary>
internal sealed class ResourceLister(ToolCatalog catalog, ICatalogVisibility access, IOptions<OpenApiToolsOptions> options)
{
    public async ValueTask<ListResourcesResult> ListAsync(RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken)
    {
        var isPerRequest = ProtocolVersions.IsPerRequest(request.JsonRpcRequest, request.Server);
        var resources = (await catalog.GetAsync(cancellationToken)).Capabilities.Resources;
        var page = ListPage<Resource>.Of(
            resources, resource => resource.Uri, request.Params?.Cursor, options.Value.ItemsPerPage, RequestMethods.ResourcesList);
        return new ListResourcesResult
        {
            Resources = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = isPerRequest ? options.Value.RefreshInterval : null,
            CacheScope = isPerRequest ? CacheScope.Public : null, // texts of the document, the same for all callers
        };
    }

    public async ValueTask<ListResourceTemplatesResult> ListTemplatesAsync(
        RequestContext<ListResourceTemplatesRequestParams> request, CancellationToken cancellationToken)
    {
        var caller = request.User;
        var isPerRequest = ProtocolVersions.IsPerRequest(request.JsonRpcRequest, request.Server);
        var templates = await access.ShownAsync(caller, (await catalog.GetAsync(cancellationToken)).Capabilities);
        var page = ListPage<ResourceTemplate>.Of(
            templates, template => template.UriTemplate, request.Params?.Cursor, options.Value.ItemsPerPage, RequestMethods.ResourcesTemplatesList,
            access.OwnerOf(caller));
        return new ListResourceTemplatesResult
        {
            ResourceTemplates = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = isPerRequest ? options.Value.RefreshInterval : null,
            CacheScope = !isPerRequest ? null : access.DependsOnCaller(caller) ? CacheScope.Private : CacheScope.Public,
        };
    }
}
