using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>An endpoint sees the caller of the tool: its connection, its credentials by choice, and its address of the app.</summary>
[Trait("Category", "Unit")]
public sealed class CallerTests
{
    private const string KeyScheme = "Key";

    [Fact]
    public async Task Both_ends_of_the_connection_are_those_of_the_caller()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/ends", (HttpContext context) =>
        {
            var connection = context.Connection;
            return $"{connection.LocalIpAddress}:{connection.LocalPort} {connection.RemotePort > 0}";
        }).WithName("ends"));

        Assert.Equal($"127.0.0.1:{app.Address.Port} True", TextOf(await app.CallAsync("ends")));
    }

    [Fact]
    public async Task Headers_of_proxies_arrive()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet(
            "/proxies", (HttpRequest request) => $"{request.Headers["X-Forwarded-For"]}|{request.Headers["Forwarded"]}|{request.Headers["X-Real-IP"]}").WithName("proxies"));

        var result = await app.CallAsync(
            "proxies", caller: null, headers: [("X-Forwarded-For", "203.0.113.7"), ("Forwarded", "for=203.0.113.7"), ("X-Real-IP", "203.0.113.7")]);

        Assert.Equal("203.0.113.7|for=203.0.113.7|203.0.113.7", TextOf(result));
    }

    [Fact]
    public async Task Headers_of_proxies_are_evaluated_as_over_http()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/address", (HttpContext context) =>
                $"{context.Request.Scheme} {context.Connection.RemoteIpAddress} {context.Request.Headers["X-Forwarded-For"]}").WithName("address"),
            (builder, _) => builder.Services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
                options.KnownIPNetworks.Clear();
                options.KnownProxies.Clear();
            }),
            app => app.UseForwardedHeaders());

        var result = await app.CallAsync(
            "address", caller: null, headers: [("X-Forwarded-For", "198.51.100.66, 203.0.113.7"), ("X-Forwarded-Proto", "https")]);

        // The first address is the client's own claim, and the second is what the proxy saw.
        Assert.Equal("https 203.0.113.7 198.51.100.66", TextOf(result));
    }

    [Fact]
    public async Task Redirect_to_the_address_that_the_caller_uses_is_followed()
    {
        await using var app = await AppUnderTest.StartAsync(app =>
        {
            app.MapGet("/from", (HttpRequest request) => Results.Redirect($"{request.Scheme}://{request.Host}/to")).WithName("from");
            app.MapGet("/to", () => "arrived");
        });

        Assert.Equal("arrived", TextOf(await app.CallAsync("from")));
    }

    [Fact]
    public async Task Location_on_this_app_is_a_path()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapPost(
            "/things", (HttpRequest request) => Results.Created($"{request.Scheme}://{request.Host}/things/7", value: null)).WithName("addThing"));

        var result = await app.CallAsync("addThing");

        Assert.Contains("Location: /things/7.", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_the_app_are_not_taken_for_its_address()
    {
        const string Reason = "The printer at localhost is out of paper.";
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/print", () => Results.Problem(Reason, statusCode: 409)).WithName("print"));

        Assert.Contains(Reason, TextOf(await app.CallAsync("print")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_are_passed_on_to_the_app_by_choice()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/credentials", (HttpRequest request) => $"{request.Headers["X-API-Key"]}|{request.Headers.Cookie}").WithName("credentials"),
            (_, tools) => tools.AddThisApp(api => api.ForwardHeaders = ["X-API-Key", "Cookie"]));

        var result = await app.CallAsync("credentials", caller: null, headers: [("X-API-Key", "k1"), ("Cookie", "session=1")]);

        Assert.Equal("k1|session=1", TextOf(result));
    }

    [Fact]
    public async Task Headers_of_the_caller_go_to_no_server_that_only_the_document_names()
    {
        await using var named = await TestApi.StartAsync("");
        await using var elsewhere = await TestApi.StartAsync("");
        named.Document = $$"""
            {
              "openapi": "3.1.0",
              "info": { "title": "t", "version": "1" },
              "paths": {
                "/near": { "get": { "operationId": "near", "responses": { "200": { "description": "ok" } } } },
                "/far": { "get": { "operationId": "far", "servers": [{ "url": "{{elsewhere.Address}}" }], "responses": { "200": { "description": "ok" } } } }
              }
            }
            """;
        await using var app = await AppUnderTest.StartAsync(_ => { }, (_, tools) => tools.AddApi("other", api =>
        {
            api.Document = $"{named.Address}/openapi/v1.json";
            api.ForwardHeaders = ["X-Tenant"];
        }));

        await app.CallAsync("near", caller: null, headers: ("X-Tenant", "blue"));
        await app.CallAsync("far", caller: null, headers: ("X-Tenant", "blue"));

        Assert.Equal("blue", Assert.Single(named.Requests).Headers["X-Tenant"]);
        Assert.DoesNotContain("X-Tenant", Assert.Single(elsewhere.Requests).Headers.Keys);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scheme_that_an_endpoint_names_decides(bool isPassedOn)
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/keyed", (HttpContext context) => context.User.Identity!.Name!).WithName("keyed")
                .RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = KeyScheme }),
            (builder, tools) =>
            {
                builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyScheme, configureOptions: null);
                tools.AddThisApp(api => api.ForwardHeaders = isPassedOn ? ["X-API-Key"] : []);
            });

        using var refusal = await app.SendAsync(HttpMethod.Get, "/keyed", "ann");
        var error = await app.CallAsync("keyed", caller: "ann");
        var result = await app.CallAsync("keyed", caller: "ann", headers: ("X-API-Key", "robot"));

        Assert.Equal(HttpStatusCode.Unauthorized, refusal.StatusCode);
        Assert.Contains(((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture), TextOf(error), StringComparison.Ordinal);
        Assert.Equal(isPassedOn, TextOf(result) == "robot");
        Assert.Empty(await app.ListAsync("ann"));
        Assert.Equal(isPassedOn ? ["keyed"] : [], await app.ListAsync("ann", ("X-API-Key", "robot")));
    }

    [Fact]
    public async Task Principal_of_the_mcp_endpoint_passes_an_endpoint_that_names_no_scheme()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/any", (HttpContext context) => context.User.Identity!.Name!).WithName("any").RequireAuthorization(),
            (builder, _) => builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, KeyHandler>(KeyScheme, configureOptions: null),
            mapTools: app => app.MapOpenApiTools().RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = KeyScheme }));

        Assert.Equal("robot", TextOf(await app.CallAsync("any", caller: null, headers: ("X-API-Key", "robot"))));
    }

    private static string TextOf(System.Text.Json.Nodes.JsonObject result) => (string)result["content"]![0]!["text"]!;

    private sealed class KeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["X-API-Key"].ToString() is { Length: > 0 } key
                ? AuthenticateResult.Success(new AuthenticationTicket(
                    new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, key)], Scheme.Name)), Scheme.Name))
                : AuthenticateResult.NoResult());
    }
}
