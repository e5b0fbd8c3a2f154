using Microsoft.AspNetCore.Html;
using OrdersMcp.ServiceDefaults.Pages;
using static OrdersMcp.ServiceDefaults.Pages.LandingPage;

namespace OrdersMcp.Api.Pages;

/// <summary>The page of the API in a browser, for developers.</summary>
internal static class ApiPage
{
    private static readonly IHtmlContent Body = Html(
        $"""
         <p>A REST API for a shop's orders, customers and products, on PostgreSQL. The MCP server turns its operations into
         tools for AI agents. Errors are problem details (RFC 9457).</p>
         <h2>Documentation</h2>
         {Links(
             ("/swagger", "browse and try every operation"),
             ("/openapi/v1.json", "the OpenAPI document that the tools are made from"))}
         <h2>Sample responses</h2>
         {Links(
             ("/orders/1", "an order"),
             ("/orders?status=pending&limit=5", "the newest pending orders"),
             ("/customers?limit=5", "customers"),
             ("/products?limit=5", "products"),
             ("/statistics/orders", "number of orders and revenue"))}
         <h2>Health</h2>
         {Links(
             ("/health", "whether the service is ready, including its database"),
             ("/alive", "whether the process responds"))}
         <p class="quiet">This page is shown in Development only.</p>
         """);

    public static void MapApiPage(this WebApplication app) => app.MapLandingPage("Orders API", _ => ValueTask.FromResult(Body));
}
