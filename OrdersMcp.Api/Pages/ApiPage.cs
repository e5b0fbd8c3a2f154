using Microsoft.AspNetCore.Html;
using OrdersMcp.ServiceDefaults.Pages;
using static OrdersMcp.ServiceDefaults.Pages.LandingPage;

namespace OrdersMcp.Api.Pages;

/// <summary>The page of the API in a browser, for developers.</summary>
internal static class ApiPage
{
    private static readonly IHtmlContent Body = Html(
        $"""
         <p>A REST API of a shop's orders, customers and products, on PostgreSQL. The MCP server turns its operations into
         tools for AI agents. Errors are problem details (RFC 9457).</p>
         <h2>Its description</h2>
         {Links(
             ("/swagger", "every operation, to read and to try"),
             ("/openapi/v1.json", "the OpenAPI document, from which the tools are made"))}
         <h2>Some answers</h2>
         {Links(
             ("/orders/1", "an order"),
             ("/orders?status=pending&limit=5", "the newest orders that wait to be processed"),
             ("/customers?limit=5", "customers"),
             ("/products?limit=5", "products"),
             ("/statistics/orders", "orders and sales, summed up"))}
         <h2>Health</h2>
         {Links(
             ("/health", "whether it takes requests, database included"),
             ("/alive", "whether the process answers"))}
         <p class="quiet">This page is shown in Development only.</p>
         """);

    public static void MapApiPage(this WebApplication app) => app.MapLandingPage("Orders API", _ => ValueTask.FromResult(Body));
}
