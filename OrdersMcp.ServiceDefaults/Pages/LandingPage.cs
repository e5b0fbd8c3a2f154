using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace OrdersMcp.ServiceDefaults.Pages;

/// <summary>
/// The page at <c>/</c> for a developer who opens a service in a browser. It exists only in Development.
/// </summary>
public static class LandingPage
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the page. Anyone can open it; <paramref name="body"/> can depend on the caller.</summary>
    /// <param name="app">The service.</param>
    /// <param name="title">The title and heading.</param>
    /// <param name="body">Writes the content below the heading.</param>
    public static void MapLandingPage(this WebApplication app, string title, Func<HttpContext, ValueTask<IHtmlContent>> body)
    {
        if (!app.Environment.IsDevelopment())
        {
            return;
        }

        app.MapMethods("/", Methods, async context => await PageLayout.WriteAsync(context.Response, title, await body(context)))
            .ExcludeFromDescription()
            .AllowAnonymous();
    }

    /// <summary>Markup from an interpolated string. Values are encoded, except markup.</summary>
    public static IHtmlContent Html(FormattableString markup)
    {
        ArgumentNullException.ThrowIfNull(markup);
        return new HtmlFormattableString(markup.Format, markup.GetArguments()!);
    }

    /// <summary>Concatenated markup.</summary>
    public static IHtmlContent Html(IEnumerable<IHtmlContent> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        var all = new HtmlContentBuilder();
        foreach (var piece in pieces)
        {
            all.AppendHtml(piece);
        }

        return all;
    }

    /// <summary>A list of links, each with its meaning.</summary>
    public static IHtmlContent Links(params (string Address, string Meaning)[] links) => Html(
        $"<ul class=\"links\">{Html(links.Select(link => Html($"<li><a href=\"{link.Address}\">{link.Address}</a> <span>{link.Meaning}</span></li>\n")))}</ul>");
}
