using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;

namespace OrdersMcp.Playground.Http;

/// <summary><c>GET /apps/frame</c>: the apps that show results of tools (MCP Apps, 2026-01-26), each for a frame of the page.</summary>
internal static class AppEndpoints
{
    /// <summary>
    /// The policy of a framed app: its own scripts and styles, no connections, and an opaque origin. A frame without an address
    /// would inherit the policy of the playground's page, which allows no inline script.
    /// </summary>
    private const string FramePolicy =
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'self'";

    private const int LongestUri = 500;

    public static void MapApps(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/apps/frame", ReadAsync).ExcludeFromDescription(); // a page, for frames only

    private static async Task<ContentHttpResult> ReadAsync(
        string uri, ToolCaller tools, HttpResponse response, CancellationToken cancellationToken, string? caller = null)
    {
        var (html, problem) = uri.StartsWith("ui://", StringComparison.Ordinal) && uri.Length <= LongestUri
            ? await tools.UseAsync<string>(caller, async (server, limited) => (await server.ReadAppAsync(uri, limited), null), cancellationToken)
            : (null, ToolCaller.Problem(StatusCodes.Status400BadRequest, "uri must be the address of an app, such as ui://orders/order-card."));
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = FramePolicy;
        headers.XFrameOptions = "SAMEORIGIN";
        return TypedResults.Content(html ?? Refusal(problem!.Detail!), "text/html; charset=utf-8", statusCode: problem?.Status);
    }

    /// <summary>A person sees it in the frame, where problem details would be JSON.</summary>
    private static string Refusal(string detail) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="color-scheme" content="light dark">
        <title>App not available</title>
        <style>body { margin: 12px; font: 15px/1.5 system-ui, sans-serif; }</style>
        </head>
        <body><p><strong>The app cannot be shown.</strong> {{WebUtility.HtmlEncode(detail)}}</p></body>
        </html>
        """;
}
