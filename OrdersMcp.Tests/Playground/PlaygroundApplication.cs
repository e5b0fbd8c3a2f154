using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Playground.Configuration;

namespace OrdersMcp.Tests.Playground;

/// <summary>The playground on a free loopback port. It reads no user secrets.</summary>
internal sealed class PlaygroundApplication(Action<IServiceCollection> configure, (string Key, string Value)[] settings)
    : WebApplicationFactory<PlaygroundOptions>
{
    /// <summary>Closes the connection at once when a response is disposed, like a browser.</summary>
    private static readonly HttpClient Client = new(new SocketsHttpHandler { ActivityHeadersPropagator = null, ResponseDrainTimeout = TimeSpan.Zero });

    public static PlaygroundApplication Start(params (string Key, string Value)[] settings) => StartWith(_ => { }, settings);

    /// <summary>Starts it with services of the test.</summary>
    public static PlaygroundApplication StartWith(Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        var application = new PlaygroundApplication(configure, settings);
        application.UseKestrel();
        application.StartServer();
        return application;
    }

    public Uri Address => ClientOptions.BaseAddress;

    /// <summary>Posts a request, and returns once the answer begins.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, JsonNode body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = JsonContent.Create(body) };
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseUrls("http://127.0.0.1:0");
        builder.UseSetting("Playground:ScriptedPause", "00:00:00");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureServices(configure);
    }
}
