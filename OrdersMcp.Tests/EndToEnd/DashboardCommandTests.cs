using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>What a user finds on the dashboard's resources, in the running system: links and commands.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class DashboardCommandTests(SharedStack shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = OutsideClient.Shared;

    [Theory]
    [InlineData("api", "API", "")]
    [InlineData("api", "Swagger", "/swagger")]
    [InlineData("mcp", "MCP server", "")]
    [InlineData("mcp", "MCP endpoint", "/mcp")]
    [InlineData("inspector", "Inspector", "MCP_INSPECTOR_API_TOKEN=")]
    public async Task Resource_has_a_link_with_a_name(string name, string text, string part)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);

        var state = await shared.Stack.Application.ResourceNotifications.WaitForResourceAsync(
            name, state => state.Snapshot.Urls.Any(url => url.DisplayProperties.DisplayName == text), patience.Token);

        var link = state.Snapshot.Urls.First(url => url.DisplayProperties.DisplayName == text);
        Assert.Contains(part, link.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_compares_a_recorded_reading()
    {
        var trace = await CallAsync("get_order", new JsonObject { ["orderId"] = 1 });

        var result = await ExecuteAsync("mcp", "replay-tool-call", ("trace-id", $" {trace} ")); // as it is pasted

        Assert.True(result.Success, result.Message + result.Data?.Value);
        Assert.Equal("The answer is the same.", result.Message);
        Assert.Contains("get_order(", result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_shows_an_answer_that_has_changed()
    {
        var placing = await RecordedCall.MakeAsync(shared.Stack, "create_order", CallMix.Order(1));
        var order = (long)placing.Result["structuredContent"]!["id"]!;
        var trace = await CallAsync("get_order", new JsonObject { ["orderId"] = order });
        await CallAsync("start_processing_order", new JsonObject { ["orderId"] = order });

        var result = await ExecuteAsync("mcp", "replay-tool-call", ("trace-id", trace));

        Assert.True(result.Success, result.Message + result.Data?.Value);
        Assert.Equal("The answer differs.", result.Message);
        Assert.Contains("\"status\":\"processing\"", result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_refuses_what_changed_something()
    {
        var trace = await CallAsync("create_order", CallMix.Order(1));

        var result = await ExecuteAsync("mcp", "replay-tool-call", ("trace-id", trace));

        Assert.False(result.Success);
        Assert.Contains("create_order changes something (POST /orders): it is not called again.", result.Data!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mcp", "replay-tool-call", "trace-id", "--help")]
    [InlineData("mcp", "replay-tool-call", "trace-id", "4bf92f3577b34da6a3ce929d0e0e473g")]
    [InlineData("api", "seed", "orders", "0")]
    [InlineData("api", "seed", "orders", "many")]
    public async Task Commands_refuse_arguments_that_make_no_sense(string resource, string command, string argument, string value)
    {
        var result = await ExecuteAsync(resource, command, (argument, value));

        Assert.False(result.Success);
        Assert.Null(result.Data); // nothing was started
    }

    [Fact]
    public async Task Api_key_is_made_and_its_setting_shown()
    {
        var result = await ExecuteAsync("mcp", "create-api-key", ("name", "reports"), ("scopes", "orders.read"));

        Assert.True(result.Success, result.Message);
        Assert.Contains("The key of 'reports'", result.Data!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_configuration_names_the_endpoint()
    {
        var result = await ExecuteAsync("mcp", "client-configuration");

        Assert.True(result.Success, result.Message);
        Assert.Equal(shared.Stack.Mcp.Endpoint, JsonNode.Parse(result.Data!.Value)!["mcpServers"]!["orders"]!["url"]!.ToString());
    }

    [Fact]
    public async Task Catalog_is_read_anew()
    {
        var result = await ExecuteAsync("mcp", "refresh-catalog");

        Assert.True(result.Success, result.Message);
    }

    [Fact]
    public async Task Orders_are_seeded_reset_and_thrown_away()
    {
        var seeded = await ExecuteAsync("api", "seed", ("orders", "500"));
        Assert.True(seeded.Success, seeded.Message + seeded.Data?.Value);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/orders/400"));

        var reset = await ExecuteAsync("api", "reset-demo-data");
        Assert.True(reset.Success, reset.Message + reset.Data?.Value);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/orders/400"));

        await RecordedCall.MakeAsync(shared.Stack, "create_order", CallMix.Order(1));
        var before = await NewestOrderAsync();
        var fresh = await ExecuteAsync("ordersdb", "start-over");
        Assert.True(fresh.Success, fresh.Message);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await shared.Stack.Application.ResourceNotifications.WaitForResourceHealthyAsync("api", patience.Token);
        Assert.True(await NewestOrderAsync() < before);
    }

    [Fact]
    public async Task Restarted_database_keeps_what_came_after_a_fresh_start()
    {
        Assert.SkipWhen(shared.Stack.Find("postgres").IsContainer(), "The container of a test has no volume, and loses its data when it restarts.");
        await RecordedCall.MakeAsync(shared.Stack, "create_order", CallMix.Order(1));
        var newest = await NewestOrderAsync();

        await RestartAsync("postgres");

        Assert.Equal(newest, await NewestOrderAsync());
    }

    [Theory]
    [InlineData("mcp")]
    [InlineData("inspector")]
    public async Task Console_reports_a_service_that_dies_and_not_one_that_the_user_stops(string name)
    {
        Assert.SkipWhen(shared.Stack.Find(name).IsContainer(), "A container has no process of this machine.");
        var (standard, errors) = (Console.Error, new StringWriter());
        Console.SetError(TextWriter.Synchronized(errors));
        try
        {
            await RestartAsync(name);
            Signals.Kill(await shared.Stack.ProcessOfAsync(name));
            await Until.TrueAsync(
                () => errors.ToString().Contains($"error: {name} ended with exit code", StringComparison.Ordinal),
                () => $"The console does not say that {name} died: {errors}",
                Patience);

            // Changes of state are reported in their order: the stop would be before the death.
            Assert.Single(errors.ToString().Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal));
        }
        finally
        {
            Console.SetError(standard);
            await StartAsync(name);
        }
    }

    private async Task RestartAsync(string name)
    {
        var stopped = await ExecuteAsync(name, KnownResourceCommands.StopCommand);
        Assert.True(stopped.Success, stopped.Message);
        await StartAsync(name);
    }

    private async Task StartAsync(string name)
    {
        var started = await ExecuteAsync(name, KnownResourceCommands.StartCommand);
        Assert.True(started.Success, started.Message);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        await shared.Stack.Application.ResourceNotifications.WaitForResourceHealthyAsync(name, patience.Token);
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var response = await Http.GetAsync($"{shared.Stack.Api.Url}{path}", TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private async Task<long> NewestOrderAsync() => await Until.NotNullAsync(
        async () =>
        {
            using var response = await Http.GetAsync($"{shared.Stack.Api.Url}/orders?limit=1", TestContext.Current.CancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? (await response.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["items"]![0]!["id"]
                : null;
        },
        Patience,
        "The API does not answer.") is var id ? (long)id : 0;

    private Task<ExecuteCommandResult> ExecuteAsync(string resource, string command, params (string Name, string Value)[] arguments) =>
        shared.Stack.Application.ResourceCommands.ExecuteCommandAsync(
            shared.Stack.Find(resource),
            command,
            new InteractionInputCollection([.. arguments.Select(argument => new InteractionInput { Name = argument.Name, InputType = InputType.Text, Value = argument.Value })]),
            TestContext.Current.CancellationToken);

    private async Task<string> CallAsync(string tool, JsonObject arguments) => (await RecordedCall.MakeAsync(shared.Stack, tool, arguments)).Trace;
}
