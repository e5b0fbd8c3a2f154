using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;

namespace OrdersMcp.ServiceDefaults.Pages;

/// <summary>The layout of all pages: the document around their content, its style, and its content security policy.</summary>
internal static class PageLayout
{
    private const string Style =
        """

        :root { color-scheme: light dark; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --box: #f6f8fa; --link: #0550ae; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e6edf3; --quiet: #9da7b3; --line: #3d444d; --box: #161b22; --link: #79b8ff; }
          body { background: #0d1117; }
        }
        body { color: var(--text); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 56rem; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
        h2 { font-size: 1.2rem; border-bottom: 1px solid var(--line); margin: 2rem 0 .75rem; padding-bottom: .25rem; }
        a { color: var(--link); }
        code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
        pre, .scroll { background: var(--box); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
        pre { padding: .75rem; }
        ul.links { padding-left: 1.2rem; }
        .links span, .quiet { color: var(--quiet); }
        dt { margin-top: .5rem; }
        dd { margin: 0 0 0 1.2rem; color: var(--quiet); }
        table { border-collapse: collapse; width: 100%; overflow-wrap: normal; }
        th, td { padding: .4rem .75rem; text-align: left; white-space: nowrap; }
        td { border-top: 1px solid var(--line); }
        td.number { text-align: right; font-variant-numeric: tabular-nums; }

        """;

    /// <summary>Allows this style and nothing else: no scripts, images, forms or frames, and nothing from other origins.</summary>
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style.ReplaceLineEndings("\n"))))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly HtmlString StyleContent = new(Style.ReplaceLineEndings("\n"));

    public static async Task WriteAsync(HttpResponse response, string title, IHtmlContent body)
    {
        var page = LandingPage.Html(
            $"""
             <!doctype html>
             <html lang="en">
             <head>
             <meta charset="utf-8">
             <meta name="viewport" content="width=device-width, initial-scale=1">
             <title>{title}</title>
             <style>{StyleContent}</style>
             </head>
             <body>
             <main>
             <h1>{title}</h1>
             {body}
             </main>
             </body>
             </html>

             """);
        using var text = new StringWriter();
        page.WriteTo(text, HtmlEncoder.Default);
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.CacheControl = "no-store";
        await response.WriteAsync(text.ToString(), response.HttpContext.RequestAborted);
    }
}
