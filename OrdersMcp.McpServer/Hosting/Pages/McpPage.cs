using System.Net.Mime;
using System.Security.Claims;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.ServiceDefaults.Pages;
using static OrdersMcp.ServiceDefaults.Pages.LandingPage;

namespace OrdersMcp.McpServer.Hosting.Pages;

/// <summary>The page for developers who open the server in a browser: the endpoint, and how to connect to it.</summary>
internal sealed class McpPage(
    ToolCatalog catalog, ToolAccess access, RecentCalls calls, IConfiguration configuration, IOptions<McpEndpointOptions> transport, IOptions<OpenApiToolsOptions> mcp)
{
    private readonly string _path = transport.Value.Path;

    private string Entry => ServerIdentity.EntryOf(mcp.Value);

    public async ValueTask<IHtmlContent> WriteAsync(HttpContext context)
    {
        var request = context.Request;
        var endpoint = $"{request.Scheme}://{request.Host}{request.PathBase}{_path}";
        return Html(
            $"""
             <p>A server of the Model Context Protocol (MCP): it gives AI agents the operations of an API as tools.</p>
             <p>The endpoint is <code>{endpoint}</code> (Streamable HTTP). It answers MCP clients; a browser comes here instead.</p>
             <h2>Connect a client</h2>
             <p>For <code>.mcp.json</code> and the files of other clients:</p>
             <pre tabindex="0" aria-label="Client configuration"><code>{ClientConfiguration.OfHttp(Entry, endpoint)}</code></pre>
             {StartedByClients(context.User)}
             <p>On the command line, with the MCP Inspector:</p>
             <pre tabindex="0" aria-label="Inspector command"><code>npx @modelcontextprotocol/inspector@2 --cli {endpoint} --transport http --method tools/list</code></pre>
             <h2>Health</h2>
             {Links(
                 ("/health", "whether it takes requests, tools included"),
                 ("/alive", "whether the process answers"))}
             {await WriteForAsync(context.User, context.RequestAborted)}
             <p class="quiet">This page is shown in Development only.</p>
             """);
    }

    /// <summary>The part of the page for authenticated callers.</summary>
    private async ValueTask<IHtmlContent> WriteForAsync(ClaimsPrincipal caller, CancellationToken cancellationToken) =>
        caller.Identity?.IsAuthenticated is true
            ? Html($"{await ToolsAsync(caller)}{await calls.WriteAsync(caller, cancellationToken)}")
            : Html($"<h2>Tools</h2><p>This server asks callers for a credential. Tools and calls are shown to MCP clients that have one.</p>");

    /// <summary>The path of the program on this machine, for authenticated callers only.</summary>
    private IHtmlContent StartedByClients(ClaimsPrincipal caller) =>
        caller.Identity?.IsAuthenticated is true && ClientConfiguration.OfStdio(Entry, configuration) is { } stdio
        ? Html(
            $"""
             <p>For clients that start their servers themselves:</p>
             <pre tabindex="0" aria-label="Client configuration for stdio"><code>{stdio}</code></pre>
             """)
        : HtmlString.Empty;

    private async ValueTask<IHtmlContent> ToolsAsync(ClaimsPrincipal caller)
    {
        var snapshot = catalog.Current;
        var shown = await access.ShownAsync(caller, snapshot);
        return Html(
            $"""
             <h2>Tools</h2>
             {(catalog.IsRead ? HtmlString.Empty : Html($"<p>The documents of the APIs are not all read yet. <code>/health</code> and the log say more.</p>"))}
             <dl>
             {Html(shown.Select(tool => Html(
                 $"<dt><code>{tool.Name}</code></dt><dd>{tool.Title ?? ""}{(snapshot.ToolsByName[tool.Name].Metadata.IsSafe ? "" : " (changes something)")}</dd>\n")))}
             </dl>
             """);
    }
}

/// <summary>Adds the page to the application.</summary>
internal static class McpPageExtensions
{
    public static void AddMcpPage(this IServiceCollection services)
    {
        services.AddSingleton<RecentCalls>();
        services.AddSingleton<McpPage>();
    }

    /// <summary>Redirects browsers from the endpoint to the page. MCP clients never request <c>text/html</c>.</summary>
    public static void UseMcpPage(this WebApplication app)
    {
        var endpoint = PathOf(app);
        if (app.Environment.IsDevelopment() && endpoint != "/")
        {
            app.Use((context, next) =>
            {
                if (context.Request.Path != endpoint || !IsBrowser(context.Request))
                {
                    return next(context);
                }

                context.Response.Headers.Vary = "Accept";
                context.Response.Redirect($"{context.Request.PathBase}/");
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Maps the page, unless the endpoint itself is at the root.</summary>
    public static void MapMcpPage(this WebApplication app)
    {
        if (PathOf(app) != "/")
        {
            app.MapLandingPage($"{ServerIdentity.Of(app.Services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value).Title} MCP server", app.Services.GetRequiredService<McpPage>().WriteAsync);
        }
    }

    private static PathString PathOf(WebApplication app) => app.Services.GetRequiredService<IOptions<McpEndpointOptions>>().Value.Path;

    private static bool IsBrowser(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return false;
        }

        var types = request.GetTypedHeaders().Accept;
        return types.Any(type => type.MediaType == MediaTypeNames.Text.Html) && types.All(type => type.MediaType != MediaTypeNames.Text.EventStream);
    }
}
