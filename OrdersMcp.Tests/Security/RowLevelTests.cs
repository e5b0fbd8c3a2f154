using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Tests.Api;

namespace OrdersMcp.Tests.Security;

/// <summary>A caller bound to a customer, in every operation of the document.</summary>
[Trait("Category", "Postgres")]
public sealed class RowLevelTests(SecuredApi api) : IClassFixture<SecuredApi>
{
    private const long Foreign = 2345;
    private const string ForeignEmail = "bob.smith@example.com";
    private const string Marker = "written for bob alone";

    [Fact]
    public async Task Bound_caller_finds_and_changes_nothing_of_others_in_any_operation()
    {
        var foreignOrder = (await api.Administrator.AskAsync($"/orders?customerId={Foreign}&limit=1"))
            .Body.GetProperty("items")[0].GetProperty("id").GetInt64();
        using (var note = await api.Administrator.PostAsJsonAsync(
            $"/orders/{foreignOrder}/notes", new { note = Marker }, TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.OK, note.StatusCode);
        }

        var before = await OfOthersAsync();
        var document = JsonNode.Parse(await api.Stranger.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;
        var walked = 0;
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject().Where(each => each.Key is "get" or "post" or "put" or "patch" or "delete"))
            {
                foreach (var target in Targets(path, operation!, foreignOrder))
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), target);
                    if (Body(document, operation!) is { } body)
                    {
                        request.Content = JsonContent.Create(body);
                    }

                    using var response = await api.BoundToCustomer.SendAsync(request, TestContext.Current.CancellationToken);
                    var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                    var what = $"{method} {target}: {(int)response.StatusCode} {text}";
                    Assert.True((int)response.StatusCode < 500, what);
                    Assert.DoesNotContain("Bob Smith", text, StringComparison.Ordinal);
                    Assert.DoesNotContain(Marker, text, StringComparison.Ordinal);
                    Assert.DoesNotContain("Carla", text, StringComparison.Ordinal);
                    if (path.Contains("{orderId}", StringComparison.Ordinal))
                    {
                        Assert.True(response.StatusCode == HttpStatusCode.NotFound, what);
                    }

                    walked++;
                }
            }
        }

        Assert.InRange(walked, 15, 500);
        Assert.Equal(before, await OfOthersAsync());
    }

    [Fact]
    public async Task Bound_caller_sees_all_its_own_data()
    {
        var own = (await api.Administrator.AskAsync($"/orders?customerId={SecuredApi.Bound}&limit=200")).Body.GetProperty("items");
        var seen = (await api.BoundToCustomer.AskAsync("/orders?limit=200")).Body.GetProperty("items");
        var order = await api.BoundToCustomer.AskAsync($"/orders/{own[0].GetProperty("id").GetInt64()}");
        var history = await api.BoundToCustomer.AskAsync($"/orders/{own[0].GetProperty("id").GetInt64()}/history");

        Assert.NotEqual(0, own.GetArrayLength());
        Assert.Equal(own.GetRawText(), seen.GetRawText());
        Assert.NotEmpty(order.Body.GetProperty("lines").EnumerateArray());
        Assert.NotEmpty(history.Body.GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await api.BoundToCustomer.AskAsync($"/customers/{SecuredApi.Bound}")).Status);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("day")]
    [InlineData("week")]
    [InlineData("status")]
    [InlineData("customer")]
    [InlineData("product")]
    public async Task Statistics_cover_only_what_the_caller_may_see(string groupBy)
    {
        var groups = (await api.BoundToCustomer.AskAsync($"/statistics/orders?groupBy={groupBy}&limit=200")).Body.GetProperty("groups");
        var all = (await api.Administrator.AskAsync($"/statistics/orders?groupBy={groupBy}&limit=200")).Body.GetProperty("groups");
        var own = (await api.Administrator.AskAsync("/statistics/orders?groupBy=customer&limit=200")).Body.GetProperty("groups")
            .EnumerateArray().Single(group => group.GetProperty("key").GetString() == $"{SecuredApi.Bound}");

        Assert.NotEqual(all.GetRawText(), groups.GetRawText());
        if (groupBy is "none" or "customer" or "day" or "week")
        {
            Assert.Equal(own.GetProperty("revenue").GetDecimal(), groups.EnumerateArray().Sum(group => group.GetProperty("revenue").GetDecimal()));
        }
    }

    [Fact]
    public async Task Bound_caller_places_orders_for_its_customer_only()
    {
        var own = await PlaceAsync(SecuredApi.Bound);
        var others = await PlaceAsync(Foreign);

        Assert.Equal(HttpStatusCode.Created, own);
        Assert.Equal(HttpStatusCode.BadRequest, others);
    }

    [Fact]
    public async Task Export_of_a_bound_caller_has_only_its_own_orders()
    {
        var own = (await api.Administrator.AskAsync($"/orders?customerId={SecuredApi.Bound}&limit=200")).Body.GetProperty("items");

        Assert.Equal(own.GetArrayLength(), await ExportAsync(new { format = "json" }));
        Assert.Equal(0, await ExportAsync(new { format = "json", customerId = Foreign }));
    }

    [Fact]
    public async Task Completion_offers_a_bound_caller_only_its_own_ids()
    {
        var ids = (await api.BoundToCustomer.AskAsync("/completion/customer-ids?prefix=2")).Body.GetProperty("values");
        var own = (await api.BoundToCustomer.AskAsync("/completion/customer-ids?prefix=1")).Body.GetProperty("values");

        Assert.Empty(ids.EnumerateArray());
        Assert.Equal($"{SecuredApi.Bound}", Assert.Single(own.EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Stream_of_all_changes_is_not_for_a_bound_caller() =>
        (await api.BoundToCustomer.AskAsync("/order-changes")).IsProblem(HttpStatusCode.Forbidden, "forbidden");

    private async Task<int> ExportAsync(object request)
    {
        using var asked = await api.BoundToCustomer.PostAsJsonAsync("/exports", request, TestContext.Current.CancellationToken);
        var id = (await asked.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("id").GetString();
        await ExportApi.EndAsync(api.BoundToCustomer, id!);
        return (await api.BoundToCustomer.AskAsync($"/exports/{id}/content")).Body.GetArrayLength();
    }

    [Fact]
    public async Task Bound_caller_cannot_administer_the_service() =>
        (await api.BoundToCustomer.AskAsync("/admin/service")).IsProblem(HttpStatusCode.Forbidden, "forbidden");

    [Fact]
    public async Task Statements_of_an_unbound_caller_have_no_filter()
    {
        var (free, bound) = await api.WithDatabaseAsync(db =>
        {
            var query = db.OrderEvents.Where(change => change.OrderId == 1);
            var free = query.ToQueryString();
            db.OnlyCustomer = 7;
            return Task.FromResult((free, query.ToQueryString()));
        });

        Assert.DoesNotContain("customer", free, StringComparison.Ordinal);
        Assert.Contains("customer_id", bound, StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> PlaceAsync(long customer)
    {
        using var response = await api.BoundToCustomer.PostAsJsonAsync(
            "/orders", new { customerId = customer, lines = new[] { new { sku = "LAP-14", quantity = 1 } } }, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    /// <summary>A digest of the data of other customers.</summary>
    private Task<string> OfOthersAsync() => api.WithDatabaseAsync(async db =>
    {
        var orders = await db.Orders.Where(order => order.CustomerId != SecuredApi.Bound).OrderBy(order => order.Id)
            .Select(order => new { order.Id, order.Version, order.Status, order.Note }).ToListAsync(TestContext.Current.CancellationToken);
        return JsonSerializer.Serialize(orders);
    });

    /// <summary>The addresses of an operation with another customer's ids, in each place and spelling.</summary>
    private static IEnumerable<string> Targets(string path, JsonNode operation, long foreignOrder)
    {
        var queries = operation["parameters"]?.AsArray().Where(each => each!["in"]?.GetValue<string>() == "query")
            .Select(each => each!["name"]!.GetValue<string>()).ToArray() ?? [];
        foreach (var customer in new[] { $"{Foreign}", ForeignEmail })
        {
            var target = path.Replace("{orderId}", $"{foreignOrder}").Replace("{customer}", customer).Replace("{sku}", "LAP-14");
            target = Regex.Replace(
                target, "{[^}]+}", customer, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            if (!queries.Contains("q", StringComparer.Ordinal) || !operation["parameters"]!.AsArray().Any(each =>
                each!["name"]?.GetValue<string>() == "q" && each["required"]?.GetValue<bool>() == true))
            {
                yield return target;
            }

            if (queries.Contains("q", StringComparer.Ordinal))
            {
                yield return $"{target}?q=bob";
                yield return $"{target}?q=smith&limit=200";
            }

            if (queries.Contains("prefix", StringComparer.Ordinal))
            {
                yield return $"{target}?prefix=bob";
                yield return $"{target}?prefix=B";
            }

            if (queries.Contains("customerId", StringComparer.Ordinal))
            {
                yield return $"{target}?customerId={Foreign}";
            }

            if (queries.Contains("sku", StringComparer.Ordinal))
            {
                yield return $"{target}?sku=LAP-14&limit=200";
            }

            if (queries.Contains("groupBy", StringComparer.Ordinal))
            {
                yield return $"{target}?groupBy=customer&limit=200";
            }
        }
    }

    /// <summary>A body from the examples in the schema, for the other customer.</summary>
    private static JsonNode? Body(JsonNode document, JsonNode operation) =>
        operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema ? Example(document, schema) : null;

    private static JsonNode? Example(JsonNode document, JsonNode schema)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
        {
            return Example(document, document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!);
        }

        if (schema["examples"]?[0] is { } example)
        {
            return example.DeepClone();
        }

        if (schema["properties"] is JsonObject properties)
        {
            var made = new JsonObject();
            foreach (var (name, property) in properties)
            {
                if (schema["required"]?.AsArray().Any(each => each!.GetValue<string>() == name) == true)
                {
                    made[name] = name == "customerId" ? Foreign : Example(document, property!);
                }
            }

            return made;
        }

        return schema["items"] is { } items ? new JsonArray(Example(document, items)) : null;
    }
}
