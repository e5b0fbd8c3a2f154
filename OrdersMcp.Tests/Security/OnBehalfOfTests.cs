using System.Net;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.Security;

/// <summary>The caller that the API sees.</summary>
[Trait("Category", "Postgres")]
public sealed class OnBehalfOfTests(SecuredApi api) : IClassFixture<SecuredApi>
{
    private static readonly OnBehalfOf Alice = new("alice", "agent", ["orders.write", "orders.read"], Customer: null);

    [Fact]
    public async Task Stranger_gets_401_as_problem_details_from_everything_but_health_and_the_document()
    {
        foreach (var path in new[] { "/orders", "/orders/1", "/statistics/orders", "/customers?q=a", "/admin/service", "/nothing-here" })
        {
            var answer = await api.Stranger.AskAsync(path);
            answer.IsProblem(HttpStatusCode.Unauthorized, "unauthenticated");
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        }

        foreach (var path in new[] { "/health", "/alive", "/openapi/v1.json" })
        {
            using var response = await api.Stranger.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Api_checks_scopes_itself()
    {
        var read = await api.ReadsOnly.AskAsync("/orders/1");
        var write = await api.ReadsOnly.AskAsync("/orders/1/processing", HttpMethod.Post);
        var administer = await api.ReadsOnly.AskAsync("/admin/service");

        Assert.Equal(HttpStatusCode.OK, read.Status);
        write.IsProblem(HttpStatusCode.Forbidden, "insufficient-scope");
        Assert.Equal("orders.write", write.Body.GetProperty("scopes")[0].GetString());
        administer.IsProblem(HttpStatusCode.Forbidden, "insufficient-scope");
        Assert.Equal(HttpStatusCode.OK, (await api.Administrator.AskAsync("/admin/service")).Status);
    }

    [Fact]
    public async Task Event_records_the_end_caller_and_the_service_it_came_through()
    {
        var orderId = await AnyOrderAsync();

        var note = await SendAsync(api.Service, Alice, HttpMethod.Post, $"/orders/{orderId}/notes", new JsonObject { ["note"] = "from alice" });
        var history = await api.Administrator.AskAsync($"/orders/{orderId}/history?limit=200");

        Assert.Equal(HttpStatusCode.OK, note.StatusCode);
        var change = history.Body.GetProperty("items").EnumerateArray().Last();
        Assert.Equal("alice", change.GetProperty("actor").GetString());
        Assert.Equal("agent via key:mcp", change.GetProperty("client").GetString());
    }

    [Fact]
    public async Task End_caller_has_only_the_scopes_that_both_have()
    {
        var orderId = await AnyOrderAsync();
        var reader = Alice with { Scopes = ["orders.read"] };

        using var read = await SendAsync(api.Service, reader, HttpMethod.Get, $"/orders/{orderId}");
        using var write = await SendAsync(api.Service, reader, HttpMethod.Post, $"/orders/{orderId}/notes", new JsonObject { ["note"] = "x" });
        using var everything = await SendAsync(api.Service, reader with { Scopes = ["*"] }, HttpMethod.Get, $"/orders/{orderId}");

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, write.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, everything.StatusCode);
    }

    [Fact]
    public async Task Header_from_anybody_else_is_rejected()
    {
        foreach (var client in new[] { api.Administrator, api.ReadsOnly, api.BoundToCustomer })
        {
            using var response = await SendAsync(client, Alice, HttpMethod.Get, "/orders/1");
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        using var stranger = await SendAsync(api.Stranger, Alice, HttpMethod.Get, "/orders/1");
        Assert.Contains(stranger.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
    }

    [Theory]
    [InlineData("alice")]
    [InlineData("e30")] // {}
    [InlineData("bnVsbA")] // null
    [InlineData("eyJzdWIiOiJhIiwic3ViIjoiYiJ9")] // {"sub":"a","sub":"b"}
    [InlineData("eyJzdWIiOiJhIiwiYWRtaW4iOnRydWV9")] // {"sub":"a","admin":true}
    public async Task Invalid_header_is_rejected(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders/1");
        request.Headers.TryAddWithoutValidation(OnBehalfOf.Header, header);

        using var response = await api.Service.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task End_caller_stays_bound_to_its_customer()
    {
        using var response = await SendAsync(
            api.Service, Alice with { Customer = $"{SecuredApi.Bound}" }, HttpMethod.Get, "/customers/bob.smith@example.com");
        using var nonsense = await SendAsync(api.Service, Alice with { Customer = "nonsense" }, HttpMethod.Get, "/customers/bob.smith@example.com");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, nonsense.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, OnBehalfOf caller, HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = SecuredApi.For(caller, method, path, body);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task<long> AnyOrderAsync() =>
        (await api.Administrator.AskAsync("/orders?limit=1")).Body.GetProperty("items")[0].GetProperty("id").GetInt64();
}
