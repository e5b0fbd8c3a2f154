using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Http;

/// <summary>An app of the MCP server.</summary>
/// <param name="Html">The page.</param>
/// <param name="Csp">The origins that it asks for (<c>_meta.ui.csp</c>).</param>
/// <param name="MimeType">The media type.</param>
/// <param name="FrameUrl">Where the page is served for a frame, with a policy of its own.</param>
internal sealed record AppPage(string Html, JsonNode? Csp, string MimeType, string FrameUrl);

/// <summary><c>GET /apps</c> and <c>GET /apps/frame</c>: the apps that show results of tools (MCP Apps, 2026-01-26).</summary>
internal static class AppEndpoints
{
    /// <summary>
    /// The policy of a framed app: its own scripts and styles, no connections, and an opaque origin. A frame without an address
    /// would inherit the policy of the playground's page, which allows no inline script.
    /// </summary>
    private const string FramePolicy =
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'self'";

    public static void MapApps(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/apps", ReadAsync)
            .WithName("getApp")
            .WithSummary("Returns the page of an app")
            .WithTags("Page")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status502BadGateway);
        endpoints.MapGet("/apps/frame", FrameAsync).ExcludeFromDescription();
    }

    private static async Task<Results<Ok<AppPage>, ProblemHttpResult>> ReadAsync(
        string uri, ToolServers servers, HttpResponse response, CancellationToken cancellationToken, string? caller = null)
    {
        if (servers.Find(caller) is not { } known || ProblemOf(uri) is not null)
        {
            return Refused(uri, caller);
        }

        try
        {
            var (html, ui, type) = await (await servers.ConnectAsync(known, cancellationToken)).ReadAppAsync(uri, cancellationToken);
            response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new AppPage(
                html, ui?["csp"]?.DeepClone(), type, $"/apps/frame?uri={Uri.EscapeDataString(uri)}&caller={Uri.EscapeDataString(known.Id)}"));
        }
        catch (ToolServerException exception)
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status502BadGateway, detail: exception.Message);
        }
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> FrameAsync(
        string uri, ToolServers servers, HttpResponse response, CancellationToken cancellationToken, string? caller = null)
    {
        var answer = await ReadAsync(uri, servers, response, cancellationToken, caller);
        if (answer.Result is not Ok<AppPage> { Value: { } app })
        {
            return (ProblemHttpResult)answer.Result;
        }

        response.Headers.ContentSecurityPolicy = FramePolicy;
        response.Headers.XFrameOptions = "SAMEORIGIN";
        return TypedResults.Content(app.Html, "text/html; charset=utf-8");
    }

    private static string? ProblemOf(string uri) =>
        uri.StartsWith("ui://", StringComparison.Ordinal) && uri.Length <= 500 ? null : "uri must be the address of an app, such as ui://orders/order-card.";

    private static ProblemHttpResult Refused(string uri, string? caller) => TypedResults.Problem(
        statusCode: StatusCodes.Status400BadRequest, detail: ProblemOf(uri) ?? $"There is no caller '{caller}'.");
}
