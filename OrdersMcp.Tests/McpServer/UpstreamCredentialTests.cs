using System.Net;
using System.Security.Claims;
using System.Text;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.Tests.McpServer;

/// <summary>What an API knows this server by: keys where its document has them, and access tokens of its authorization server.</summary>
[Trait("Category", "Unit")]
public sealed class UpstreamCredentialTests
{
    private readonly Clock _clock = new();
    private readonly List<(string Authorization, string Form)> _asked = [];

    [Theory]
    [InlineData("query", "appid", "/x?appid=k3y%2Fvalue", null, null)]
    [InlineData("header", "X-Key", "/x", "X-Key", "k3y/value")]
    [InlineData("cookie", "sid", "/x", "Cookie", "sid=k3y%2Fvalue")]
    [InlineData("elsewhere", "x", "/x", "X-API-Key", "k3y/value")]
    [InlineData("header", "no header", "/x", "X-API-Key", "k3y/value")]
    public async Task Api_key_goes_where_the_document_has_it(string place, string name, string target, string? header, string? value)
    {
        var bench = ToolBench.Of(
            Documents.With("""{ "/x": { "get": { "operationId": "x" } } }""").Replace(
                "\"components\": {",
                $$"""
                "security": [ { "k": [] } ], "components": { "securitySchemes": {
                  "a": { "type": "apiKey", "in": "header", "name": "Not-Asked-For" }, "k": { "type": "apiKey", "in": "{{place}}", "name": "{{name}}" } },
                """,
                StringComparison.Ordinal).Replace(place == "elsewhere" || name == "no header" ? "\"a\": { \"type\": \"apiKey\"" : "nothing", "\"a\": { \"type\": \"http\"", StringComparison.Ordinal),
            configure: api => api.ApiKey = "k3y/value");

        Assert.Equal(target, await bench.TargetAsync("{}"));
        Assert.Equal(value, header is null ? null : bench.Request.Headers[header]);
        Assert.Equal(header is "X-API-Key", bench.Request.Headers.ContainsKey("X-API-Key"));
    }

    [Fact]
    public async Task Query_of_the_settings_is_in_every_request_and_in_no_answer()
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "q", "in": "query", "schema": { "type": "string" } } ] }""", configure: api => api.Query["key"] = "s3cr3t/value");
        bench.Answer = request => bench.Requests.Count == 1
            ? new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("/base/y", UriKind.Relative) } }
            : ToolBench.Json($$"""{"message":"{{request.Uri}} of s3cr3t/value"}""", HttpStatusCode.BadRequest);

        var problem = ToolBench.Problem(await bench.CallAsync("""{ "q": "a" }"""));

        Assert.Equal(["/x?q=a&key=s3cr3t%2Fvalue", "/y?key=s3cr3t%2Fvalue"], bench.Requests.Select(request => request.Target));
        Assert.DoesNotContain("s3cr3t", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://uploads.test/v1?x=1", "https://uploads.internal/up")]
    [InlineData("https://other.test", "http://base.internal")]
    [InlineData(null, "http://base.internal")]
    public void Server_of_single_operations_is_where_the_settings_say(string? server, string address) => Assert.Equal(
        address,
        ApiClients.BaseAddressOf(
            new ApiOptions { Document = "api.json", BaseAddress = "http://base.internal", Servers = { ["uploads.test"] = "https://uploads.internal/up" } }, server));

    [Fact]
    public async Task Token_is_asked_for_once_and_kept_until_shortly_before_it_expires()
    {
        var tokens = Tokens(_ => """{"access_token":"t0k3n","expires_in":600}""", scopes: ["a", "b"], audience: "api");

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tokens.GetAsync(Caller.Server, TestContext.Current.CancellationToken).AsTask()));
        _clock.Now += TimeSpan.FromSeconds(530);
        await tokens.GetAsync(Caller.Server, TestContext.Current.CancellationToken);
        Assert.Single(_asked);
        _clock.Now += TimeSpan.FromSeconds(20);
        await tokens.GetAsync(Caller.Server, TestContext.Current.CancellationToken);

        Assert.All(all, token => Assert.Equal("t0k3n", token));
        Assert.Equal(2, _asked.Count);
        Assert.Equal("grant_type=client_credentials&scope=a+b&audience=api", _asked[0].Form);
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("me:s%3Acret"))}", _asked[0].Authorization);
    }

    [Fact]
    public async Task Token_that_the_api_refuses_is_not_sent_again()
    {
        var tokens = Tokens(count => $$"""{"access_token":"t{{count}}"}""");
        var first = await tokens.GetAsync(Caller.Server, TestContext.Current.CancellationToken);

        tokens.Reject(first);

        Assert.Equal(("t1", "t2"), (first, await tokens.GetAsync(Caller.Server, TestContext.Current.CancellationToken)));
        Assert.Equal(["t2"], tokens.Known);
    }

    [Theory]
    [InlineData(1, HttpStatusCode.OK, "t1,t2", 2)]
    [InlineData(9, HttpStatusCode.Unauthorized, "t1,t2", 2)]
    public async Task Call_whose_token_is_refused_is_made_once_more_with_another(int refusals, HttpStatusCode status, string sent, int asked)
    {
        var api = new RefusingApi(refusals);
        var endpoint = Endpoint(api, Tokens(count => $$"""{"access_token":"t{{count}}"}"""));

        var answer = await CallAsync(endpoint);

        Assert.Equal(status, answer);
        Assert.Equal(sent, string.Join(',', api.Requests.Select(request => request.Token)));
        Assert.All(api.Requests, request => Assert.Equal(("POST", """{"a":1}""", "/base/x?q=1"), (request.Method, request.Body, request.Target)));
        Assert.Equal(asked, _asked.Count);
    }

    [Fact]
    public async Task Call_is_not_repeated_where_there_is_no_other_token()
    {
        var api = new RefusingApi(9);

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(Endpoint(api, Tokens(_ => """{"access_token":"same"}"""))));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(Endpoint(api, tokens: null)));

        Assert.Equal(["same", null], api.Requests.Select(request => request.Token));
    }

    private static ApiEndpoint Endpoint(HttpMessageHandler api, OAuthTokens? tokens) => new(
        new ApiOptions { Name = "test", Query = { ["q"] = "1" } }, ToolBench.Address, new HttpClient(api), tokens: tokens);

    private static async Task<HttpStatusCode> CallAsync(ApiEndpoint endpoint)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{endpoint.BaseAddress}/x") { Content = new StringContent("""{"a":1}""") };
        return await endpoint.CallAsync(request, Caller.Server, (response, _) => ValueTask.FromResult(response.StatusCode), TestContext.Current.CancellationToken);
    }

    private sealed class RefusingApi(int refusals) : HttpMessageHandler
    {
        public List<(string Method, string Target, string? Token, string Body)> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.Method.Method, request.RequestUri!.PathAndQuery, request.Headers.Authorization?.Parameter, await request.Content!.ReadAsStringAsync(cancellationToken)));
            return new HttpResponseMessage(Requests.Count <= refusals ? HttpStatusCode.Unauthorized : HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("""{"error":"invalid_client"}""", HttpStatusCode.Unauthorized, "401 (invalid_client)")]
    [InlineData("{}", HttpStatusCode.OK, "200")]
    [InlineData("<html>", HttpStatusCode.OK, "no usable answer")]
    public async Task Without_a_token_the_reason_is_told_and_the_next_call_asks_again(string body, HttpStatusCode status, string reason)
    {
        var tokens = Tokens(_ => body, status: status);

        for (var i = 1; i <= 2; i++)
        {
            var exception = await Assert.ThrowsAsync<OAuthTokenException>(async () => await tokens.GetAsync(Caller.Server, TestContext.Current.CancellationToken));
            Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
            Assert.Equal(i, _asked.Count);
        }
    }

    [Fact]
    public async Task Token_of_each_caller_is_exchanged()
    {
        var tokens = Tokens(count => $$"""{"access_token":"t{{count}}"}""", exchange: true);

        var alice = await tokens.GetAsync(CallerWith("Bearer alice"), TestContext.Current.CancellationToken);
        var bob = await tokens.GetAsync(CallerWith("Bearer bob"), TestContext.Current.CancellationToken);
        var again = await tokens.GetAsync(CallerWith("bearer alice"), TestContext.Current.CancellationToken);

        Assert.Equal(("t1", "t2", "t1"), (alice, bob, again));
        Assert.Contains("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=alice", _asked[0].Form, StringComparison.Ordinal);
        Assert.True((await Assert.ThrowsAsync<OAuthTokenException>(async () => await tokens.GetAsync(CallerWith("ApiKey x"), TestContext.Current.CancellationToken))).IsOfCaller);
    }

    private static Caller CallerWith(string authorization) => new(new ClaimsPrincipal(), Program: null, authorization, []);

    private OAuthTokens Tokens(
        Func<int, string> answer, HttpStatusCode status = HttpStatusCode.OK, string[]? scopes = null, string? audience = null, bool exchange = false) => new(
        new OAuthOptions
        {
            TokenUrl = "https://login.test/token",
            ClientId = "me",
            ClientSecret = "s:cret",
            Scopes = [.. scopes ?? []],
            Audience = audience,
            Exchange = exchange,
        },
        new HttpClient(new TokenEndpoint(async request =>
        {
            _asked.Add((request.Headers.Authorization!.ToString(), await request.Content!.ReadAsStringAsync()));
            return ToolBench.Json(answer(_asked.Count), status);
        })),
        _clock);

    private sealed class TokenEndpoint(Func<HttpRequestMessage, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
