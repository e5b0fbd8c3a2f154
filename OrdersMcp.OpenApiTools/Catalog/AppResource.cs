using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>An app of an API: a resource that <c>resources/list</c> omits, because only programs use it.</summary>
internal sealed record AppResource(string Uri, string Html)
{
    public const string MediaType = "text/html;profile=mcp-app";

    public static AppResource Of(string space, AppDescription app) => new(UriOf(space, app.Name), app.Html);

    /// <summary>The metadata of a tool whose result an app shows.</summary>
    public static JsonObject MetaOf(string space, string app) => new() { ["ui"] = new JsonObject { ["resourceUri"] = UriOf(space, app) } };

    private static string UriOf(string space, string app) => $"ui://{space}/{app}";
}
