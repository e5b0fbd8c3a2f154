using System.Net;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;

namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// <c>POST /catalog/refresh</c>: reads all documents again now, and then answers with the result for each. It exists if
/// <c>Mcp:RefreshEndpoint</c> is true; unless set, in development and for callers on this machine.
/// </summary>
internal static class RefreshEndpoint
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35); // longer than the timeout of a reading, 30 s

    /// <summary>Maps the catalog's endpoints as a group, to configure access to all of them together.</summary>
    public static RouteGroupBuilder MapCatalog(this WebApplication app)
    {
        var group = app.MapGroup("/catalog");
        var isSet = app.Services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value.RefreshEndpoint;
        if (isSet ?? app.Environment.IsDevelopment())
        {
            group.MapPost("/refresh", RefreshAsync)
                .AddEndpointFilter((context, next) => MayCall(context.HttpContext, isSet is true) ? next(context) : Refused);
        }

        return group;
    }

    private static ValueTask<object?> Refused => ValueTask.FromResult<object?>(TypedResults.Problem(
        statusCode: StatusCodes.Status403Forbidden,
        detail: "Only programs on this machine may refresh the catalog. Mcp:RefreshEndpoint=true allows others."));

    /// <summary>Refuses pages of other origins: a browser sends a POST without a body without a preflight.</summary>
    private static bool MayCall(HttpContext context, bool isOpen) => OriginRule.Allows(context.Request, [])
        && (isOpen || context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address));

    private static async Task<IResult> RefreshAsync(
        CatalogRefresher refresher, ToolCatalog catalog, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await refresher.RefreshAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status504GatewayTimeout,
                detail: "The documents are still being read. Ask again, or see the log.");
        }

        var apis = catalog.Apis.OrderBy(api => api.Key, StringComparer.Ordinal)
            .Select(api => new RefreshedApi(api.Key, api.Value.Tools.Count, api.Value.Problem)).ToArray();
        return apis.All(api => api.Problem is null)
            ? TypedResults.Ok(new { apis })
            : TypedResults.Problem(
                statusCode: StatusCodes.Status502BadGateway,
                detail: "Not every document could be used; tools stay unchanged.",
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["apis"] = apis });
    }
}

/// <summary>The result for one API.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Tools">The current number of its tools.</param>
/// <param name="Problem">The reason why its document could not be used, or null.</param>
internal sealed record RefreshedApi(string Name, int Tools, string? Problem);
