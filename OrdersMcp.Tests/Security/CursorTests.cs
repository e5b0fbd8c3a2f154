using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>A cursor grants no access: with another caller's cursor, a caller sees only what it may see itself.</summary>
[Trait("Category", "Postgres")]
public sealed class CursorTests(SecuredApi api) : IClassFixture<SecuredApi>
{
    private static readonly ApiKey Writer = ApiKey.Create();
    private static readonly ApiKey Other = ApiKey.Create();

    [Fact]
    public async Task Cursor_of_another_callers_list_of_tools_is_refused()
    {
        await using var server = await GuardedServer.StartAsync(Settings());
        var cursor = await FirstCursorAsync(server, Writer);

        using var own = await ListAsync(server, Writer, cursor);
        using var others = await ListAsync(server, Other, cursor);
        using var altered = await ListAsync(server, Writer, $"{cursor[..^1]}{(cursor[^1] == 'A' ? 'B' : 'A')}");
        using var made = await ListAsync(server, Writer, Convert.ToBase64String("list_orders"u8));

        Assert.Equal(["list_orders"], await GuardedServer.ToolNamesAsync(own));
        foreach (var refused in new[] { others, altered, made })
        {
            var error = (await Messages.ReadAsync(refused))["error"]!;
            Assert.Equal(-32602, (int)error["code"]!);
            Assert.Contains("Leave it out", error["message"]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cursor_shows_only_what_its_caller_may_see_now()
    {
        await using var all = await GuardedServer.StartAsync(Settings());
        await using var fewer = await GuardedServer.StartAsync([.. Settings(), ("Authentication:ApiKeys:0:Tools:0", "create_order")]);
        var cursor = await FirstCursorAsync(all, Writer);

        using var replica = await ListAsync(fewer, Writer, cursor); // the key has lost scopes meanwhile

        Assert.Empty(await GuardedServer.ToolNamesAsync(replica));
    }

    [Fact]
    public async Task Cursor_of_a_public_list_works_for_everybody_on_every_replica()
    {
        var settings = Settings().Append(("Mcp:ListAllTools", "true")).ToArray();
        await using var server = await GuardedServer.StartAsync(settings);
        await using var replica = await GuardedServer.StartAsync(settings);

        using var others = await ListAsync(replica, Other, await FirstCursorAsync(server, Writer));

        Assert.Equal(["list_orders"], await GuardedServer.ToolNamesAsync(others));
    }

    [Theory]
    [InlineData("/orders?limit=2")]
    [InlineData("/orders?limit=2&sort=oldest")]
    [InlineData("/customers?q=example.com&limit=2")]
    public async Task Cursor_of_a_caller_who_sees_all_shows_a_bound_caller_its_own_rows_only(string list)
    {
        var id = list.StartsWith("/orders", StringComparison.Ordinal) ? "customer" : "id";
        var cursor = (await api.Administrator.AskAsync(list)).Text("nextCursor");
        Assert.False(string.IsNullOrEmpty(cursor));

        var answer = await api.BoundToCustomer.AskAsync($"{list}&cursor={Uri.EscapeDataString(cursor)}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.All(answer.Body.GetProperty("items").EnumerateArray(), item => Assert.Equal(SecuredApi.Bound, CustomerOf(item, id)));
    }

    [Fact]
    public async Task Cursor_of_another_customers_history_shows_a_bound_caller_nothing()
    {
        var orders = (await api.Administrator.AskAsync("/orders?limit=200")).Body.GetProperty("items").EnumerateArray()
            .Where(order => CustomerOf(order, "customer") != SecuredApi.Bound).Select(order => order.GetProperty("id").GetInt64());
        foreach (var order in orders)
        {
            var page = await api.Administrator.AskAsync($"/orders/{order}/history?limit=1");
            if (page.Body.GetProperty("nextCursor") is { ValueKind: JsonValueKind.String } cursor)
            {
                (await api.BoundToCustomer.AskAsync($"/orders/{order}/history?limit=1&cursor={cursor.GetString()}"))
                    .IsProblem(HttpStatusCode.NotFound, "order-not-found");
                return;
            }
        }

        Assert.Fail("No order of another customer has a history of two entries.");
    }

    [Fact]
    public async Task List_of_tool_calls_is_for_administrators_alone()
    {
        Assert.Equal(HttpStatusCode.OK, (await api.Administrator.AskAsync("/admin/tool-calls?limit=1")).Status);
        foreach (var client in new[] { api.BoundToCustomer, api.ReadsOnly })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await client.AskAsync("/admin/tool-calls?limit=1")).Status);
        }
    }

    private static long CustomerOf(JsonElement item, string id) =>
        id == "id" ? item.GetProperty("id").GetInt64() : item.GetProperty("customer").GetProperty("id").GetInt64();

    private static async Task<string> FirstCursorAsync(GuardedServer server, ApiKey key)
    {
        using var response = await ListAsync(server, key, cursor: null);
        return (await Messages.ReadAsync(response))["result"]!["nextCursor"]!.ToString();
    }

    private static Task<HttpResponseMessage> ListAsync(GuardedServer server, ApiKey key, string? cursor) => server.SendAsync(
        "tools/list", cursor is null ? [] : new JsonObject { ["cursor"] = cursor }, ("X-API-Key", key.Text));

    private static (string Key, string Value)[] Settings() =>
    [
        ("environment", "Production"),
        ("Mcp:ToolsPerPage", "1"),
        .. Key(0, "writer", Writer),
        .. Key(1, "other", Other),
    ];

    private static (string Key, string Value)[] Key(int index, string name, ApiKey key) =>
    [
        ($"Authentication:ApiKeys:{index}:Name", name),
        ($"Authentication:ApiKeys:{index}:Hash", KeyHash.Of(key.Id, key.Secret).Text),
        ($"Authentication:ApiKeys:{index}:Scopes:0", "orders.write"),
    ];
}
