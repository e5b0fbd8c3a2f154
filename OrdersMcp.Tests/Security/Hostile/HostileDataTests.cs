using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Npgsql;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer.Confirmation;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Security.Hostile;

/// <summary>
/// Text from others is data. With the real API, it appears only as the value of a labelled field, and never in the texts of
/// this server.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class HostileDataTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const long Customer = 1234;

    private readonly List<long> _orders = [];
    private ApiFactory _api = null!;
    private McpApplication _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        _api = new ApiFactory(database);
        _api.UseKestrel();
        _api.StartServer();
        await _api.IsReadyAsync(Cancellation);
        using var http = _api.CreateClient();
        foreach (var note in HostileTexts.All)
        {
            _orders.Add(await http.PlaceOrderAsync(note: $"{HostileTexts.Mark} {note.ReplaceLineEndings(" ")}"));
        }

        await using var source = NpgsqlDataSource.Create(database);
        for (var i = 0; i < HostileTexts.All.Count; i++)
        {
            // Bypasses the API's checks for an order's note and its customer's name.
            await using var command = source.CreateCommand("UPDATE orders SET note = $1 WHERE id = $2");
            command.Parameters.Add(new() { Value = HostileTexts.All[i] });
            command.Parameters.Add(new() { Value = _orders[i] });
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancellation));
        }

        await using var naming = source.CreateCommand("UPDATE customers SET name = $1");
        naming.Parameters.Add(new() { Value = HostileTexts.All[1] });
        Assert.True(await naming.ExecuteNonQueryAsync(Cancellation) > 0);
        _server = McpApplication.Start(_api.ClientOptions.BaseAddress.ToString());
        await _server.WaitForHealthAsync("Healthy");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Hostile_text_is_only_in_labelled_fields_of_tools_and_in_no_error()
    {
        await using var client = await _server.ConnectAsync();
        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        var seen = new HashSet<string>(StringComparer.Ordinal);

        foreach (var (tool, i) in tools.OrderByDescending(tool => tool.ProtocolTool.Annotations?.ReadOnlyHint is true).Select((tool, i) => (tool, i)))
        {
            foreach (var order in tool.ProtocolTool.Annotations?.ReadOnlyHint is true ? _orders : [_orders[i % _orders.Count], 999_999])
            {
                var result = await client.CallToolAsync(tool.Name, ArgumentsOf(tool, order), cancellationToken: Cancellation);
                if (Check(tool.Name, result))
                {
                    seen.Add(tool.Name);
                }
            }
        }

        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "get_order", "list_orders", "get_customer", "search_customers", "add_order_note" }, seen);
    }

    [Fact]
    public async Task Hostile_text_is_labelled_in_resources_and_absent_from_prompts_and_lists()
    {
        await using var client = await _server.ConnectAsync();

        foreach (var uri in _orders.Select(order => $"orders://orders/{order}").Append($"orders://customers/{Customer}"))
        {
            var result = await client.ReadResourceAsync(uri, cancellationToken: Cancellation);
            var contents = Assert.IsType<TextResourceContents>(Assert.Single(result.Contents));
            Assert.True(CheckFields(uri, JsonNode.Parse(contents.Text), Labels(contents.Meta)), uri);
        }

        var lost = await Assert.ThrowsAnyAsync<McpException>(async () => await client.ReadResourceAsync("orders://orders/999999", cancellationToken: Cancellation));
        var prompt = await client.GetPromptAsync(
            "order_status_reply", new Dictionary<string, object?> { ["orderId"] = $"{_orders[0]}" }, cancellationToken: Cancellation);
        string[] texts =
        [
            lost.ToString(),
            client.ServerInstructions!,
            .. prompt.Messages.Select(message => ((TextContentBlock)message.Content).Text),
            .. (await client.ListToolsAsync(cancellationToken: Cancellation)).Select(tool => $"{tool.Description} {tool.JsonSchema} {tool.ReturnJsonSchema}"),
            .. (await client.ListPromptsAsync(cancellationToken: Cancellation)).Select(each => $"{each.Name} {each.Description}"),
            .. (await client.ListResourceTemplatesAsync(cancellationToken: Cancellation)).Select(each => $"{each.UriTemplate} {each.Description}"),
        ];
        Assert.All(texts, text => Assert.DoesNotContain(HostileTexts.Mark, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Hostile_text_is_in_no_confirmation_question()
    {
        foreach (var order in _orders)
        {
            var answer = await _server.SendAsync(
                "cancel_order", new JsonObject { ["orderId"] = order, ["reason"] = "Twice." });

            var requests = answer["result"]!["inputRequests"]!.ToJsonString();
            Assert.Contains($"Cancel order {order}?", requests, StringComparison.Ordinal);
            Assert.DoesNotContain(HostileTexts.Mark, answer.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    private static Dictionary<string, object?> ArgumentsOf(McpClientTool tool, long order)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["orderId"] = order,
            ["customerId"] = Customer,
            ["sku"] = "CAB-UC",
            ["note"] = HostileTexts.All[0],
            ["reason"] = HostileTexts.All[0],
            ["carrier"] = "UPS",
            ["trackingNumber"] = "1Z1",
            ["lines"] = new[] { new { sku = "CAB-UC", quantity = 1 } },
            ["groupBy"] = "customer",
            ["limit"] = 20,
        };
        var schema = JsonNode.Parse(tool.JsonSchema.GetRawText())!;
        var required = schema["required"]?.AsArray().Select(name => name!.ToString()).ToArray() ?? [];
        var known = schema["properties"]!.AsObject().Select(property => property.Key);
        return known.Where(name => required.Contains(name, StringComparer.Ordinal) || name is "limit" or "groupBy")
            .ToDictionary(name => name, name => values[name], StringComparer.Ordinal);
    }

    /// <summary>Whether the result contains hostile text; it may only be in labelled fields.</summary>
    private static bool Check(string tool, CallToolResult result)
    {
        if (result.IsError is true)
        {
            Assert.All(result.Content, block => Assert.DoesNotContain(HostileTexts.Mark, ((TextContentBlock)block).Text, StringComparison.OrdinalIgnoreCase));
            return false;
        }

        var labels = Labels(result.Meta);
        var isSeen = result.StructuredContent is { } structured && CheckFields(tool, JsonNode.Parse(structured.GetRawText()), labels);
        foreach (var block in result.Content.OfType<TextContentBlock>().Where(block => block.Text.Contains(HostileTexts.Mark, StringComparison.OrdinalIgnoreCase)))
        {
            isSeen |= CheckFields(tool, JsonNode.Parse(block.Text), labels); // JSON, or the test fails here
        }

        return isSeen;
    }

    private static HashSet<string> Labels(JsonObject? meta) =>
        [.. (meta?["ordersmcp/untrusted"] as JsonArray ?? []).Select(path => path!.ToString())];

    private static bool CheckFields(string where, JsonNode? node, HashSet<string> labels)
    {
        var paths = PathsOf(node, "").ToArray();
        Assert.All(paths, path => Assert.True(labels.Contains(path), $"{where}: {path} is not among {string.Join(", ", labels)}"));
        return paths.Length > 0;
    }

    private static IEnumerable<string> PathsOf(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            PathsOf(member.Value, path.Length == 0 ? member.Key : $"{path}.{member.Key}")
                .Concat(IsHostile(member.Key) ? [$"the name {member.Key}"] : [])),
        JsonArray items => items.SelectMany(item => PathsOf(item, $"{path}[]")),
        JsonValue value when IsHostile(value.ToString()) => [path],
        _ => [],
    };

    private static bool IsHostile(string text) => text.Contains(HostileTexts.Mark, StringComparison.OrdinalIgnoreCase);
}
