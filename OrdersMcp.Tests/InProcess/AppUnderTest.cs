using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>An app with its own tools, on a free loopback port, so that both ways to an endpoint can be compared.</summary>
internal sealed class AppUnderTest : IAsyncDisposable
{
    /// <summary>The scheme that reads a caller and its roles from the header <c>Authorization: Test NAME ROLE…</c>.</summary>
    public const string Scheme = "Test";

    private readonly WebApplication _app;

    private AppUnderTest(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public string LogText => string.Join("\n", Log.Lines);

    private CapturedLog Log { get; init; } = null!;

    /// <param name="map">The endpoints.</param>
    /// <param name="add">Services, and options of the tools.</param>
    /// <param name="use">The pipeline before the endpoints; by default authentication and authorization.</param>
    /// <param name="mapTools">Maps the tools; by default at their own path, for everyone.</param>
    public static async Task<AppUnderTest> StartAsync(
        Action<WebApplication> map, Action<WebApplicationBuilder, IOpenApiToolsBuilder>? add = null, Action<WebApplication>? use = null,
        Action<WebApplication>? mapTools = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = "Shop" });
        builder.Configuration.Sources.Clear(); // the settings files of other programs are beside the tests
        builder.Configuration.AddInMemoryCollection();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        var log = new CapturedLog();
        builder.Logging.AddProvider(log);
        builder.Services.AddOpenApi();
        builder.Services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, TestScheme>(Scheme, configureOptions: null);
        builder.Services.AddAuthorization();
        add?.Invoke(builder, builder.Services.AddOpenApiTools());
        if (add is null)
        {
            builder.Services.AddOpenApiTools();
        }

        var app = builder.Build();
        if (use is null)
        {
            app.UseAuthentication();
            app.UseAuthorization();
        }
        else
        {
            use(app);
        }

        map(app);
        if (mapTools is null)
        {
            app.MapOpenApiTools();
        }
        else
        {
            mapTools(app);
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        return new AppUnderTest(app) { Log = log };
    }

    /// <summary>Sends a request over HTTP.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? caller = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path)) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", caller is null ? [] : [$"{Scheme} {caller}"]);
        return await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Calls a tool and returns its result.</summary>
    public async Task<JsonObject> CallAsync(string tool, JsonObject? arguments = null, string? caller = null, params (string Name, string Value)[] headers)
    {
        var answer = await Messages.CallAsync(
            new Uri(Address, "/mcp"), tool, arguments ?? [], caller is null ? headers : [.. headers, ("Authorization", $"{Scheme} {caller}")]);
        return answer["result"] as JsonObject ?? throw new InvalidOperationException($"{answer.ToJsonString()}\n{LogText}");
    }

    /// <summary>The names of the tools that a caller sees.</summary>
    public async Task<string[]> ListAsync(string? caller = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/mcp")) { Content = JsonContent.Create(Messages.Request("tools/list")) };
        request.Headers.Add(Messages.VersionHeader, Messages.Version);
        request.Headers.Add("Mcp-Method", "tools/list");
        request.Headers.TryAddWithoutValidation("Authorization", caller is null ? [] : [$"{Scheme} {caller}"]);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await Messages.ReadAsync(response);
        return answer["result"] is JsonObject result
            ? [.. result["tools"]!.AsArray().Select(tool => (string)tool!["name"]!)]
            : throw new InvalidOperationException($"{answer.ToJsonString()}\n{LogText}");
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private sealed class TestScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers.Authorization.ToString().Split(' ') is not [AppUnderTest.Scheme, var name, .. var roles])
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity(
                [new Claim(ClaimTypes.Name, name), .. roles.Select(role => new Claim(ClaimTypes.Role, role))], Scheme.Name);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
