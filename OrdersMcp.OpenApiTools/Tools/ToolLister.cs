using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.OpenApiTools.Tools;

/// <summary>Answers <c>tools/list</c> in pages.</summary>
internal sealed class ToolLister(ToolCatalog catalog, ICatalogVisibility access, ToolSearch search, IOptions<OpenApiToolsOptions> options)
{
    /// <summary>
    /// Answers from prepared JSON. The SDK would write every schema again for each request. Malformed requests go to the
    /// SDK, which has the matching errors.
    /// </summary>
    public McpMessageHandler Receive(McpMessageHandler next) => (context, cancellationToken) =>
        context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.ToolsList } request && TryReadCursor(request, out var cursor)
            && (request.Context?.ProtocolVersion ?? context.Server.NegotiatedProtocolVersion) is not null
            ? AnswerAsync(context, request, cursor, ProtocolVersions.IsPerRequest(request, context.Server), cancellationToken)
            : next(context, cancellationToken);

    /// <summary>The page of the caller's tools after the cursor; without a cursor, the first.</summary>
    /// <exception cref="ModelContextProtocol.McpProtocolException">The cursor does not belong to this list.</exception>
    public async ValueTask<ListToolsResult> ListAsync(RequestContext<ListToolsRequestParams> request, CancellationToken cancellationToken) => await PageAsync(
        await catalog.GetAsync(cancellationToken), request.User, request.Params?.Cursor,
        ProtocolVersions.IsPerRequest(request.JsonRpcRequest, request.Server));

    private async Task AnswerAsync(
        MessageContext context, JsonRpcRequest request, string? cursor, bool isPerRequest, CancellationToken cancellationToken)
    {
        var snapshot = await catalog.GetAsync(cancellationToken);
        var page = await PageAsync(snapshot, context.User, cursor, isPerRequest);
        page.ResultType = isPerRequest ? "complete" : null;
        var response = new JsonRpcResponse { Id = request.Id, Result = snapshot.Pages.Of(page) };
        await context.Server.SendMessageAsync(response, cancellationToken); // goes out on the connection of the request
    }

    private async ValueTask<ListToolsResult> PageAsync(CatalogSnapshot snapshot, ClaimsPrincipal? caller, string? cursor, bool isPerRequest)
    {
        var tools = search.Listed(await access.ShownAsync(caller, snapshot));
        var page = ListPage<Tool>.Of(
            tools, tool => tool.Name, cursor, options.Value.ToolsPerPage, RequestMethods.ToolsList, access.OwnerOf(caller));
        return new ListToolsResult
        {
            Tools = page.Items,
            NextCursor = page.NextCursor,
            TimeToLive = isPerRequest ? options.Value.RefreshInterval : null,
            CacheScope = !isPerRequest ? null : access.DependsOnCaller(caller) ? CacheScope.Private : CacheScope.Public,
        };
    }

    private static bool TryReadCursor(JsonRpcRequest request, out string? cursor)
    {
        cursor = null;
        return request.Params is null
            || (request.Params is JsonObject parameters
                && (parameters["cursor"] is not { } given || (given is JsonValue value && value.TryGetValue(out cursor))));
    }
}
