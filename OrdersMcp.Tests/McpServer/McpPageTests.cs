using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Security;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The page of the MCP server.</summary>
[Trait("Category", "Postgres")]
public sealed partial class McpPageTests : IAsyncLifetime
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private const string Hostile = "<script>alert('x')</script>";
    private TestApi _api = null!;

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync(Documents.With(
        $$"""
        { "/orders": {
            "get": { "operationId": "list_orders", "summary": "List {{Hostile}} & more" },
            "post": { "operationId": "create_order", "summary": "Place an order" } } }
        """));

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Page_shows_how_to_connect_and_the_tools()
    {
        await using var server = await StartAsync();

        var page = await PageAsync(server);

        var endpoint = server.Endpoint.ToString();
        var configuration = JsonNode.Parse(WebUtility.HtmlDecode(Preformatted().Match(page).Groups["text"].Value))!;
        Assert.Equal(endpoint, (string)configuration["mcpServers"]!["orders"]!["url"]!);
        Assert.Contains($"inspector@2 --cli {endpoint} --transport http", page, StringComparison.Ordinal);
        Assert.Contains("<dt><code>create_order</code></dt><dd>Place an order (changes something)</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt><code>list_orders</code></dt>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_shows_how_clients_start_a_server_of_their_own()
    {
        await using var server = await StartAsync();

        var configuration = JsonNode.Parse(WebUtility.HtmlDecode(Preformatted().Matches(await PageAsync(server))[1].Groups["text"].Value))!;

        var orders = configuration["mcpServers"]!["orders"]!;
        Assert.Equal("dotnet", (string)orders["command"]!);
        Assert.Equal(["stdio", "--api", _api.Address], orders["args"]!.AsArray().Skip(1).Select(argument => (string)argument!));
        Assert.True(File.Exists((string)orders["args"]![0]!));
    }

    [Fact]
    public async Task Page_has_no_command_where_the_tools_are_of_another_api()
    {
        await using var server = await StartAsync(("Mcp:Apis:1:Name", "other"), ("Mcp:Apis:1:Document", $"{_api.Address}/openapi/v1.json"), ("Mcp:Apis:1:NamePrefix", "other_"));

        Assert.DoesNotContain("stdio", await PageAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_link_of_the_page_works()
    {
        await using var server = await StartAsync();

        var links = Link().Matches(await PageAsync(server)).Select(match => match.Groups["address"].Value).ToArray();

        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            using var response = await server.SendAsync(HttpMethod.Get, link);
            Assert.True(response.IsSuccessStatusCode, link);
        }
    }

    [Fact]
    public async Task Page_shows_the_latest_calls_without_arguments_and_callers()
    {
        await using var server = await StartAsync();

        await server.CallAsync("list_orders", []);
        await Until.TrueAsync(() => _api.Audit.Count == 1, () => "The call is not on record.");
        var record = _api.Audit.Values.Single();
        record["argumentSummary"] = "the-arguments";
        record["caller"] = "the-caller";
        record["client"] = "the-client";
        var page = await PageAsync(server);

        var row = Row().Match(page).Value;
        Assert.Contains("<code>list_orders</code>", row, StringComparison.Ordinal);
        Assert.Contains("<td>ok</td>", row, StringComparison.Ordinal);
        Assert.Contains((string)record["traceId"]!, row, StringComparison.Ordinal);
        Assert.Contains(" ms</td>", row, StringComparison.Ordinal);
        Assert.DoesNotMatch("the-arguments|the-caller|the-client", page);
    }

    [Fact]
    public async Task Text_of_documents_and_records_is_encoded()
    {
        await using var server = await StartAsync();
        _api.Audit["x"] = new JsonObject
        {
            ["id"] = Guid.CreateVersion7().ToString(),
            ["at"] = "2026-11-01T12:00:00Z",
            ["caller"] = "x",
            ["tool"] = Hostile,
            ["outcome"] = Hostile,
            ["traceId"] = "\"><img src=x>",
            ["orderIds"] = new JsonArray(),
        };

        var page = await PageAsync(server);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(3, Regex.Count(page, Regex.Escape(WebUtility.HtmlEncode("<script>")), RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Contains("&amp; more", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_can_load_only_its_own_style()
    {
        await using var server = await StartAsync();

        using var response = await server.SendAsync(HttpMethod.Get, "/");

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Matches("^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$", policy);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Page_says_that_the_records_are_unavailable(HttpStatusCode status)
    {
        await using var server = await StartAsync();
        _api.AuditStatus = (int)status;

        Assert.Contains("cannot be read now", await PageAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_says_that_there_are_no_records()
    {
        await using var server = await StartAsync(("Audit:Api", ""));

        Assert.Contains("not on record here", await PageAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_without_a_required_credential_shows_only_how_to_connect()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = await StartAsync([.. issuer.Settings(), ("environment", "Development")]);

        var page = await PageAsync(server);

        Assert.Contains(server.Endpoint.ToString(), page, StringComparison.Ordinal);
        Assert.Contains("asks callers for a credential", page, StringComparison.Ordinal);
        Assert.DoesNotContain("create_order", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Latest tool calls", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_through_a_proxy_shows_no_tools_or_calls()
    {
        await using var server = await StartAsync();

        var page = await PageAsync(server, ("X-Forwarded-For", "203.0.113.7"));

        Assert.DoesNotContain("stdio", page, StringComparison.Ordinal);
        Assert.DoesNotContain("create_order", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Latest tool calls", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foreign_host_name_gets_no_page()
    {
        await using var server = await StartAsync();

        using var response = await GetAsync(server, "/", ("Host", "rebound.example"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Browser_at_the_endpoint_is_redirected_to_the_page()
    {
        await using var server = await StartAsync();

        using var response = await GetAsync(server, "/mcp", ("Accept", Browser));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/", response.Headers.Location?.OriginalString);
        Assert.Equal(["Accept"], response.Headers.Vary);
    }

    [Theory]
    [InlineData("GET", "text/event-stream")]
    [InlineData("GET", "application/json, text/event-stream")]
    [InlineData("GET", "text/event-stream, text/html")]
    [InlineData("GET", "*/*")]
    [InlineData("GET", null)]
    [InlineData("DELETE", Browser)]
    public async Task Clients_still_get_405_at_the_endpoint(string method, string? accept)
    {
        await using var server = await StartAsync();

        using var response = await SendAsync(server, new HttpMethod(method), "/mcp", accept is null ? [] : [("Accept", accept)]);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal("POST", Assert.Single(response.Content.Headers.Allow));
    }

    [Fact]
    public async Task Endpoint_answers_a_post_that_accepts_html_too()
    {
        await using var server = await StartAsync();

        using var response = await server.PostAsync(
            JsonContent.Create(Messages.Request("tools/list")), ("Accept", $"application/json, text/event-stream, {Browser}"),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Page_exists_only_in_development()
    {
        await using var server = await StartAsync(("environment", "Production"), ("Authentication:AllowAnonymous", "true"));

        using var page = await GetAsync(server, "/", ("Accept", Browser));
        using var endpoint = await GetAsync(server, "/mcp", ("Accept", Browser));

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal("application/problem+json", page.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, endpoint.StatusCode);
    }

    [Fact]
    public async Task Endpoint_at_the_root_has_no_page_before_it()
    {
        await using var server = await StartAsync(("Mcp:Path", "/"));

        using var response = await GetAsync(server, "/", ("Accept", Browser));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private async Task<McpApplication> StartAsync(params (string Key, string Value)[] settings)
    {
        _api.Answer = context => context.Response.WriteAsJsonAsync(new JsonObject());
        var server = McpApplication.Start(_api.Address, settings);
        await server.WaitForHealthAsync("Healthy");
        return server;
    }

    private static async Task<string> PageAsync(McpApplication server, params (string Name, string Value)[] headers)
    {
        using var response = await GetAsync(server, "/", headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static Task<HttpResponseMessage> GetAsync(McpApplication server, string path, params (string Name, string Value)[] headers) =>
        SendAsync(server, HttpMethod.Get, path, headers);

    private static async Task<HttpResponseMessage> SendAsync(
        McpApplication server, HttpMethod method, string path, (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(method, new Uri(server.Endpoint, path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("<pre[^>]*><code>(?<text>[^<]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Preformatted();

    [GeneratedRegex("href=\"(?<address>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex("<tr><td>.*</tr>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Row();
}
