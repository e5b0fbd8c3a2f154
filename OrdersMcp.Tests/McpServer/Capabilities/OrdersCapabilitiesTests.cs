using System.Net.Http.Json;
using ModelContextProtocol.Protocol;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>Resources, prompts, completion and changes of the orders API on PostgreSQL, through two replicas of the MCP server.</summary>
[Trait("Category", "Postgres")]
public sealed class OrdersCapabilitiesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private ApiFactory _api = null!;
    private McpApplication _server = null!;
    private McpApplication _replica = null!;

    public async ValueTask InitializeAsync()
    {
        _api = new ApiFactory(await postgres.CreateDatabaseAsync());
        _api.UseKestrel();
        _api.StartServer();
        await _api.IsReadyAsync(TestContext.Current.CancellationToken);
        var address = _api.ClientOptions.BaseAddress.ToString();
        (_server, _replica) = (McpApplication.Start(address), McpApplication.Start(address));
        await _server.WaitForHealthAsync("Healthy");
        await _replica.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _replica.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Client_reads_orders_and_customers_gets_prompts_and_completes()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var client = await _server.ConnectAsync();
        using var http = _api.CreateClient();

        var resources = await client.ListResourcesAsync(cancellationToken: cancellationToken);
        var templates = await client.ListResourceTemplatesAsync(cancellationToken: cancellationToken);
        var order = await client.ReadResourceAsync("orders://orders/1", cancellationToken: cancellationToken);
        var customer = await client.ReadResourceAsync("orders://customers/1234", cancellationToken: cancellationToken);
        var prompts = await client.ListPromptsAsync(cancellationToken: cancellationToken);
        var reply = await client.GetPromptAsync(
            "order_status_reply", new Dictionary<string, object?> { ["orderId"] = "1" }, cancellationToken: cancellationToken);
        var ids = await client.CompleteAsync(
            new ResourceTemplateReference { Uri = "orders://orders/{orderId}" }, "orderId", "1", cancellationToken: cancellationToken);
        var names = await client.CompleteAsync(
            new PromptReference { Name = "find_late_orders" }, "customer", "Ali", cancellationToken: cancellationToken);
        var statuses = await client.CompleteAsync(
            new PromptReference { Name = "find_late_orders" }, "status", "p", cancellationToken: cancellationToken);

        Assert.NotEmpty(client.ServerInstructions!);
        Assert.Equal(["orders://guide", "orders://openapi", "skill://orders/orders-api/SKILL.md"], resources.Select(resource => resource.Uri));
        Assert.Superset(
            new HashSet<string> { "orders://customers/{customerId}", "orders://orders/{orderId}" },
            templates.Select(template => template.UriTemplate).ToHashSet(StringComparer.Ordinal));
        var contents = Assert.IsType<TextResourceContents>(Assert.Single(order.Contents));
        Assert.Equal(await http.GetStringAsync(new Uri("/orders/1", UriKind.Relative), cancellationToken), contents.Text);
        Assert.Contains("note", contents.Meta!["ordersmcp/untrusted"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Alice Johnson", Assert.IsType<TextResourceContents>(customer.Contents[0]).Text, StringComparison.Ordinal);
        Assert.Equal(
            ["explain_uncancellable_order", "find_late_orders", "order_status_reply", "weekly_sales_report"], prompts.Select(prompt => prompt.Name));
        Assert.Contains("order 1", Assert.IsType<TextContentBlock>(Assert.Single(reply.Messages).Content).Text, StringComparison.Ordinal);
        Assert.Contains("1", ids.Completion.Values);
        Assert.Contains("Alice Johnson", names.Completion.Values);
        Assert.Equal("pending", statuses.Completion.Values[0]);
    }

    [Fact]
    public async Task Missing_order_is_not_found_with_the_message_of_the_api()
    {
        var error = (await _server.ReadAsync("orders://orders/999999"))["error"]!;

        Assert.Equal(-32602, (int)error["code"]!);
        Assert.Contains("999999", error["message"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_to_an_order_reaches_its_watchers_on_every_replica()
    {
        using var http = _api.CreateClient();
        using var first = await ListenClient.OpenAsync(_server.Endpoint, "orders://orders/2", "orders://orders/1");
        using var second = await ListenClient.OpenAsync(_replica.Endpoint, "orders://orders/2");
        var granted = (await first.NextAsync())!["params"]!["notifications"]!["resourceSubscriptions"]!;
        await second.NextAsync();

        using var noted = await NoteAsync(http, 2);

        Assert.Equal(2, granted.AsArray().Count);
        Assert.True(noted.IsSuccessStatusCode, await noted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("orders://orders/2", await first.NextUpdateAsync());
        Assert.Equal("orders://orders/2", await second.NextUpdateAsync());
    }

    private static async Task<HttpResponseMessage> NoteAsync(HttpClient http, long orderId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/orders/{orderId}/notes", UriKind.Relative))
        {
            Content = JsonContent.Create(new { note = "Called." }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
