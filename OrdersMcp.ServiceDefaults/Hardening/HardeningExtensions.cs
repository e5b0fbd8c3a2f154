using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Hardening;

/// <summary>The limits and headers of a web server on a public network.</summary>
public static class HardeningExtensions
{
    private const string ProxyNetworks = "Proxy:Networks";
    private static readonly PathString Pages = "/swagger";

    /// <summary>Limits the size and time of requests, and trusts the headers of named proxies only.</summary>
    /// <exception cref="OptionsValidationException"><c>Proxy:Networks</c> has an invalid network.</exception>
    public static void AddHardening(this IHostApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.Limits.MaxRequestBodySize = 1024 * 1024;
            options.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            options.Limits.MaxRequestHeaderCount = 100;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));

        var networks = Array.ConvertAll(builder.Configuration.GetSection(ProxyNetworks).Get<string[]>() ?? [], NetworkOf);
        builder.Services.Configure<ProxyOptions>(options => options.IsBehindProxy = networks.Length > 0);
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            Array.ForEach(networks, options.KnownIPNetworks.Add);
        });
    }

    public static void UseHardening(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.IsBehindProxy)
        {
            app.UseForwardedHeaders();
        }

        if (!app.Environment.IsDevelopment())
        {
            app.UseHsts(); // sent only over TLS, and not for loopback names
        }

        app.Use(static (context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.XFrameOptions = "DENY";
            if (!context.Request.Path.StartsWithSegments(Pages))
            {
                // Responses are data. A browser must not run anything in them, and a cache must not store them for other callers.
                headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
                headers.CacheControl = "no-store";
            }

            return next(context);
        });
    }

    private static System.Net.IPNetwork NetworkOf(string text) => System.Net.IPNetwork.TryParse(text, out var network)
        ? network
        : throw new OptionsValidationException(
            ProxyNetworks, typeof(ProxyOptions), [$"{ProxyNetworks} has '{text}', which is not a network such as 10.0.0.0/8."]);

    private sealed class ProxyOptions
    {
        public bool IsBehindProxy { get; set; }
    }
}
