using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Catalog.Skills;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Resources;

/// <summary>
/// Answers the methods of the extension <c>io.modelcontextprotocol/skills</c> (SEP-2640). All callers see all skills.
/// </summary>
internal sealed class SkillRequests(ToolCatalog catalog, IOptions<OpenApiToolsOptions> options)
{
    public const string List = "skills/list";
    public const string Get = "skills/get";
    public const string ReadDirectory = "resources/directory/read";

    public async ValueTask<JsonNode?> ListAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        var capabilities = await CapabilitiesAsync(request, cancellationToken);
        var page = ListPage<Skill>.Of(capabilities.Skills.All, skill => skill.Uri, Cursor(request), options.Value.ItemsPerPage, List);
        return Complete(Cacheable(new JsonObject { ["skills"] = new JsonArray([.. page.Items.Select(skill => skill.Entry())]) }), page.NextCursor);
    }

    public async ValueTask<JsonNode?> GetAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        var skills = (await CapabilitiesAsync(request, cancellationToken)).Skills;
        return skills.Find(Uri(request)) is { } skill
            ? Complete(Cacheable(new JsonObject { ["skill"] = skill.Entry() }))
            : throw new McpProtocolException($"There is no skill with this URI. {List} lists the skills.", McpErrorCode.InvalidParams);
    }

    public async ValueTask<JsonNode?> ReadDirectoryAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        var skills = (await CapabilitiesAsync(request, cancellationToken)).Skills;
        if (skills.ChildrenOf(Uri(request)) is not { } children)
        {
            throw new McpProtocolException($"There is no directory with this URI. The folders of skills are directories; {List} lists the skills.", McpErrorCode.InvalidParams);
        }

        var page = ListPage<Resource>.Of(children, child => child.Uri, Cursor(request), options.Value.ItemsPerPage, ReadDirectory, Uri(request));
        return Complete(
            new JsonObject { ["resources"] = JsonSerializer.SerializeToNode(page.Items, McpJsonUtilities.DefaultOptions) }, page.NextCursor);
    }

    private async ValueTask<CatalogCapabilities> CapabilitiesAsync(JsonRpcRequest request, CancellationToken cancellationToken) =>
        request.Context?.ProtocolVersion == ProtocolVersions.PerRequest
            ? (await catalog.GetAsync(cancellationToken)).Capabilities
            : throw new McpProtocolException($"'{request.Method}' is of protocol version {ProtocolVersions.PerRequest}.", McpErrorCode.MethodNotFound);

    private static string? Cursor(JsonRpcRequest request) => (request.Params as JsonObject)?["cursor"].AsText();

    private static string Uri(JsonRpcRequest request) => (request.Params as JsonObject)?["uri"].AsText() ?? "";

    private JsonObject Cacheable(JsonObject result)
    {
        result["ttlMs"] = (long)options.Value.RefreshInterval.TotalMilliseconds;
        result["cacheScope"] = "public"; // texts of documents and files, which all callers see
        return result;
    }

    private static JsonObject Complete(JsonObject result, string? nextCursor = null)
    {
        result["resultType"] = "complete";
        if (nextCursor is not null)
        {
            result["nextCursor"] = nextCursor;
        }

        return result;
    }
}
