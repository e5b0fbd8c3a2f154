using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class OrderWritesTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly object Reason = new { reason = "Ordered twice." };
    private static readonly object Parcel = new { carrier = "UPS", trackingNumber = "1Z1" };

    [Fact]
    public async Task CreateOrder_answers_the_order_with_its_address_and_version()
    {
        var answer = await api.Client.WriteAsync("/orders", new
        {
            customerId = 3456,
            lines = new[] { new { sku = "KEY-ME", quantity = 2 }, new { sku = "CAB-UC", quantity = 1 } },
            note = "Ring twice.",
        });

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal($"/orders/{answer.Id}", answer.Headers.Location?.ToString());
        Assert.Equal("\"1\"", answer.ETag);
        Assert.Equal("pending", answer.Text("status"));
        Assert.Equal("USD", answer.Text("currency"));
        Assert.Equal((2 * 119.00m) + 19.00m, answer.Body.GetProperty("total").GetDecimal());
        Assert.Equal("Keyboard", answer.Body.GetProperty("lines")[0].GetProperty("name").GetString());
        var read = await api.Client.AskAsync($"/orders/{answer.Id}");
        Assert.Equal(answer.Body.GetRawText(), read.Body.GetRawText());
        Assert.Equal(answer.ETag, read.ETag);
    }

    [Fact]
    public async Task CreateOrder_whose_total_is_too_large_says_so()
    {
        await api.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(
            "INSERT INTO products (sku, name, description, unit_price, currency, stock) VALUES ('GOLD', 'Gold', 'All of it', 9999999999999999.99, 'USD', 10)"));

        var answer = await api.Client.WriteAsync("/orders", new { customerId = 3456, lines = new[] { new { sku = "GOLD", quantity = 2 } } });

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("largest allowed total", answer.Body.GetProperty("errors").GetProperty("lines")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Order_passes_through_its_statuses_and_its_history_records_them()
    {
        var id = await api.Client.PlaceOrderAsync();

        await MovesAsync(id, "processing", null, "processing");
        var shipped = await MovesAsync(id, "shipment", Parcel, "shipped");
        Assert.Equal("UPS", shipped.Text("carrier"));
        Assert.Equal("1Z1", shipped.Text("trackingNumber"));
        var delivered = await MovesAsync(id, "delivery", null, "delivered");

        Assert.Equal("\"4\"", delivered.ETag);
        var history = (await api.Client.GetOkAsync($"/orders/{id}/history")).GetProperty("items").EnumerateArray();
        Assert.Equal(
            [(1, null, "pending"), (2, "pending", "processing"), (3, "processing", "shipped"), (4, "shipped", "delivered")],
            history.Select(change => (
                change.GetProperty("version").GetInt32(),
                change.GetProperty("from").GetString(),
                change.GetProperty("to").GetString()!)));
        Assert.All(history, change => Assert.Equal("anonymous", change.GetProperty("actor").GetString()));
    }

    [Theory]
    [InlineData("delivery", "pending", "cancel_order,start_processing_order")]
    [InlineData("shipment", "pending", "cancel_order,start_processing_order")]
    [InlineData("processing", "processing", "cancel_order,ship_order")]
    [InlineData("delivery", "processing", "cancel_order,ship_order")]
    [InlineData("cancellation", "shipped", "deliver_order")]
    [InlineData("shipment", "shipped", "deliver_order")]
    [InlineData("delivery", "delivered", "")]
    [InlineData("cancellation", "delivered", "")]
    [InlineData("cancellation", "cancelled", "")]
    [InlineData("processing", "cancelled", "")]
    public async Task Change_is_refused_with_the_next_steps_when_the_status_does_not_allow_it(
        string change, string status, string next)
    {

        var id = await OrderInAsync(status);

        var answer = await api.Client.WriteAsync($"/orders/{id}/{change}", BodyOf(change));

        answer.IsProblem(HttpStatusCode.Conflict, "illegal-transition");
        Assert.Equal(status, answer.Text("currentStatus"));
        Assert.Equal(
            next.Split(',', StringSplitOptions.RemoveEmptyEntries),
            answer.Body.GetProperty("allowedNext").EnumerateArray().Select(step => step.GetString()!).Order());
        Assert.Equal(status, (await api.Client.GetOkAsync($"/orders/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Change_is_refused_when_the_version_is_stale()
    {
        var id = await api.Client.PlaceOrderAsync();
        await MovesAsync(id, "processing", null, "processing", ("If-Match", "\"1\""));

        var stale = await api.Client.WriteAsync($"/orders/{id}/cancellation", Reason, ("If-Match", "\"1\""));

        stale.IsProblem(HttpStatusCode.PreconditionFailed, "stale-version");
        Assert.Equal(2, stale.Body.GetProperty("currentVersion").GetInt32());
        await MovesAsync(id, "shipment", Parcel, "shipped", ("If-Match", "\"1\", \"2\""));
        await MovesAsync(id, "delivery", null, "delivered", ("If-Match", "*"));
    }

    [Fact]
    public async Task Only_one_of_many_changes_to_one_version_succeeds()
    {
        var id = await api.Client.PlaceOrderAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => api.Client.WriteAsync(
            $"/orders/{id}/notes", new { note = $"Note {number}" }, ("If-Match", "\"1\""))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(19, answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task Notes_are_appended_and_kept_in_the_history()
    {
        var id = await api.Client.PlaceOrderAsync(note: "First.");

        var answer = await api.Client.WriteAsync($"/orders/{id}/notes", new { note = "Second." });

        Assert.Equal("First.\nSecond.", answer.Text("note"));
        var change = (await api.Client.GetOkAsync($"/orders/{id}/history")).GetProperty("items")[1];
        Assert.Equal("Second.", change.GetProperty("reason").GetString());
        Assert.Equal("pending", change.GetProperty("from").GetString());
        var full = await api.Client.WriteAsync($"/orders/{id}/notes", new { note = new string('x', 1990) });
        full.IsProblem(HttpStatusCode.Conflict, "note-too-long");
        Assert.Equal(1985, full.Body.GetProperty("room").GetInt32());
    }

    [Fact]
    public async Task History_is_paged()
    {
        var id = await api.Client.PlaceOrderAsync();
        for (var number = 0; number < 4; number++)
        {
            await api.Client.WriteAsync($"/orders/{id}/notes", new { note = $"Note {number}" });
        }

        var versions = new List<int>();
        string? cursor = null;
        do
        {
            var page = await api.Client.GetOkAsync($"/orders/{id}/history?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            versions.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetInt32()));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal([1, 2, 3, 4, 5], versions);
        (await api.Client.AskAsync("/orders/99/history")).IsProblem(HttpStatusCode.NotFound, "order-not-found");
    }

    [Fact]
    public async Task Change_answers_not_found_when_there_is_no_such_order()
    {
        foreach (var change in new[] { "notes", "processing", "shipment", "delivery", "cancellation" })
        {
            var answer = await api.Client.WriteAsync($"/orders/999999/{change}", BodyOf(change));

            answer.IsProblem(HttpStatusCode.NotFound, "order-not-found");
        }
    }

    [Fact]
    public async Task CreateOrder_names_every_reference_that_leads_nowhere()
    {
        var answer = await api.Client.WriteAsync("/orders", new
        {
            customerId = 42,
            lines = new[]
            {
                new { sku = "NONE-1", quantity = 1 }, new { sku = "CAB-UC", quantity = 1 }, new { sku = "CAB-UC", quantity = 1 },
            },
        });

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("search_customers", answer.Error("customerId"), StringComparison.Ordinal);
        Assert.Contains("search_products", answer.Error("lines[0].sku"), StringComparison.Ordinal);
        Assert.Contains("earlier line", answer.Error("lines[2].sku"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateOrder_is_refused_when_the_customer_is_blocked()
    {
        var answer = await api.Client.WriteAsync(
            "/orders", new { customerId = 7890, lines = new[] { new { sku = "CAB-UC", quantity = 1 } } });

        answer.IsProblem(HttpStatusCode.Conflict, "customer-blocked");
    }

    private static object? BodyOf(string change) => change switch
    {
        "shipment" => Parcel,
        "cancellation" => Reason,
        "notes" => new { note = "Hello." },
        _ => null,
    };

    private async Task<long> OrderInAsync(string status)
    {
        var id = await api.Client.PlaceOrderAsync();
        string[] way = status switch
        {
            "pending" => [],
            "processing" => ["processing"],
            "shipped" => ["processing", "shipment"],
            "delivered" => ["processing", "shipment", "delivery"],
            _ => ["cancellation"],
        };
        foreach (var change in way)
        {
            Assert.Equal(HttpStatusCode.OK, (await api.Client.WriteAsync($"/orders/{id}/{change}", BodyOf(change))).Status);
        }

        return id;
    }

    private async Task<Answer> MovesAsync(
        long id, string change, object? body, string status, params (string Name, string Value)[] headers)
    {
        var answer = await api.Client.WriteAsync($"/orders/{id}/{change}", body, headers);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(status, answer.Text("status"));
        Assert.Equal(JsonValueKind.String, answer.Body.GetProperty("updatedAt").ValueKind);
        return answer;
    }
}
