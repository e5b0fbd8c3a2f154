using System.Text.Json.Nodes;
using OrdersMcp.McpServer.OpenApi;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>An app of an API, which is a resource that <c>resources/list</c> leaves out: it is of use to programs only.</summary>
internal sealed record AppResource(string Uri, string Html)
{
    public const string MediaType = "text/html;profile=mcp-app";

    public static AppResource Of(string space, AppDescription app) => new(UriOf(space, app.Name), app.Html);

    /// <summary>What a tool says of the app that its result is shown in.</summary>
    public static JsonObject MetaOf(string space, string app) => new() { ["ui"] = new JsonObject { ["resourceUri"] = UriOf(space, app) } };

    private static string UriOf(string space, string app) => $"ui://{space}/{app}";
}
