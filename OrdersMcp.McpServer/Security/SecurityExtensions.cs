using System.Text.Json;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>Puts authentication, scopes and limits before the MCP endpoint.</summary>
internal static class SecurityExtensions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void AddSecurity(this IHostApplicationBuilder builder)
    {
        builder.AddCallerAuthentication<JsonRpcAccessDenials>();
        var services = builder.Services;
        services.AddSingleton<ProtectedResource>();
        services.AddCors();
        services.AddSingleton<ICorsPolicyProvider, BrowserAccess>();
    }

    /// <summary>Adds the meaning of scopes, which stdio without callers needs too.</summary>
    public static void AddCallerRules(this IServiceCollection services)
    {
        services.AddCallerAccess();
        services.AddSingleton<ICallerRules, CallerRules>();
        services.AddSingleton<IIntroduction, EndCallerHeader>();
    }

    public static void UseSecurity(this WebApplication app)
    {
        var shedding = app.Services.GetRequiredService<LoadShedding>();
        var options = app.Services.GetRequiredService<IOptions<McpEndpointOptions>>().Value;
        PathString endpoint = options.Path;
        app.UseCors(); // before all refusals: preflights carry no credentials, and pages may read refusals
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(endpoint), mcp => mcp.Use(shedding.InvokeAsync));
        app.UseCallerAuthentication();
    }

    /// <summary>Maps the document of RFC 9728 at the path of the endpoint and at the root.</summary>
    public static void MapProtectedResource(this IEndpointRouteBuilder endpoints)
    {
        var endpointPath = endpoints.ServiceProvider.GetRequiredService<IOptions<McpEndpointOptions>>().Value.Path;
        foreach (var path in new[] { ProtectedResource.WellKnown + endpointPath, ProtectedResource.WellKnown })
        {
            endpoints.MapGet(path, context =>
            {
                context.Response.Headers[HeaderNames.CacheControl] = "max-age=300";
                var answer = context.RequestServices.GetRequiredService<ProtectedResource>().Describe(context.Request) is { } document
                    ? Results.Json(document, Json)
                    : Results.Problem(
                        statusCode: StatusCodes.Status404NotFound,
                        detail: "No authorization server is configured here. Ask the operator of this server for an API key.");
                return answer.ExecuteAsync(context);
            }).AllowAnonymous();
        }
    }
}
