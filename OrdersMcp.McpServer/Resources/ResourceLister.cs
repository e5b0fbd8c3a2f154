using System.Security.Claims;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Configuration;

namespace OrdersMcp.McpServer.Resources;

/// <summary>Answers <c>resources/list</c> and <c>resources/templates/list</c>, a page at a time.</summary>
internal sealed class ResourceLister(ToolCatalog catalog, ICatalogVisibility access, IOptions<McpOptions> options)
{
    public async ValueTask<ListResourcesResult> ListAsync(string? cursor, CancellationToken cancellationToken)
    {
        var resources = (await catalog.GetAsync(cancellationToken)).Capabilities.Resources;
        var page = ListPage<Resource>.Of(
            resources, resource => resource.Uri, cursor, options.Value.ItemsPerPage, RequestMethods.ResourcesList);
        return new ListResourcesResult
        {
            Resources = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = options.Value.RefreshInterval,
            CacheScope = CacheScope.Public, // texts of the document, which everyone sees
        };
    }

    public async ValueTask<ListResourceTemplatesResult> ListTemplatesAsync(
        ClaimsPrincipal? caller, string? cursor, CancellationToken cancellationToken)
    {
        var templates = access.Shown(caller, (await catalog.GetAsync(cancellationToken)).Capabilities);
        var page = ListPage<ResourceTemplate>.Of(
            templates, template => template.UriTemplate, cursor, options.Value.ItemsPerPage, RequestMethods.ResourcesTemplatesList,
            access.OwnerOf(caller));
        return new ListResourceTemplatesResult
        {
            ResourceTemplates = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = options.Value.RefreshInterval,
            CacheScope = access.DependsOnCaller(caller) ? CacheScope.Private : CacheScope.Public,
        };
    }
}
