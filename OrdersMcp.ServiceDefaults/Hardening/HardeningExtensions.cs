using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Hardening;

/// <summary>What a web server that strangers reach should bound and say.</summary>
public static class HardeningExtensions
{
    private const string ProxyNetworks = "Proxy:Networks";
    private static readonly PathString Pages = "/swagger";

    /// <summary>Bounds requests in size and time, and takes a proxy's word only where it is named.</summary>
    /// <exception cref="InvalidOperationException"><c>Proxy:Networks</c> has something that is no network.</exception>
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

        var networks = builder.Configuration.GetSection(ProxyNetworks).Get<string[]>() ?? [];
        builder.Services.Configure<ProxyOptions>(options => options.IsBehindProxy = networks.Length > 0);
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            foreach (var network in networks)
            {
                options.KnownIPNetworks.Add(System.Net.IPNetwork.TryParse(network, out var parsed)
                    ? parsed
                    : throw new InvalidOperationException($"{ProxyNetworks} has '{network}', which is no network such as 10.0.0.0/8."));
            }
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
            app.UseHsts(); // says something over TLS only, and of no loopback name
        }

        app.Use(static (context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.XFrameOptions = "DENY";
            if (!context.Request.Path.StartsWithSegments(Pages))
            {
                // Answers are data: nothing in them is to run in a browser, or to be kept by a cache for another caller.
                headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
                headers.CacheControl = "no-store";
            }

            return next(context);
        });
    }

    private sealed class ProxyOptions
    {
        public bool IsBehindProxy { get; set; }
    }
}
