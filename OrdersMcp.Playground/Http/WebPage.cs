using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.FileProviders;

namespace OrdersMcp.Playground.Http;

/// <summary>Serves the page that the build makes from the folder <c>Web</c>.</summary>
internal static class WebPage
{
    /// <summary>
    /// Allows the page's own scripts and styles, and frames of this origin, in which apps have a policy of their own. Nothing comes
    /// from elsewhere.
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string Missing =
        """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Playground</title></head>
        <body>
        <h1>The page is not built</h1>
        <p>The build makes it with Node. Perhaps Node was not on PATH, or the build ran with -p:BuildPage=false. Install Node 22 or later (https://nodejs.org), and build again.
        The HTTP interface works without it; /openapi/v1.json describes it.</p>
        </body>
        </html>
        """;

    public static void UseWebPage(this WebApplication app)
    {
        var folder = Path.Combine(app.Environment.ContentRootPath, "wwwroot");
        if (!File.Exists(Path.Combine(folder, "index.html")))
        {
            app.MapGet("/", () => TypedResults.Content(Missing, "text/html; charset=utf-8", statusCode: StatusCodes.Status503ServiceUnavailable))
                .ExcludeFromDescription();
            return;
        }

        var files = new PhysicalFileProvider(folder);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = context =>
            {
                LeaveOutOfTraces(context.Context);
                var headers = context.Context.Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                // The names of the scripts contain a hash of their content.
                headers.CacheControl = context.Context.Request.Path.StartsWithSegments("/assets") ? "max-age=31536000, immutable" : "no-cache";
            },
        });
    }

    /// <summary>The files of the page would bury the traces of conversations.</summary>
    private static void LeaveOutOfTraces(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
