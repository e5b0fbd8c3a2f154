using System.Text.Json.Nodes;

namespace OrdersMcp.Bench.Scenarios;

/// <summary><c>create_order</c>, where orders take different products and where all take pieces of the same.</summary>
internal sealed class CreateOrder : IScenario
{
    public const string Key = "create-order";

    private const int DifferentRequests = 1000;

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        await stage.Database.QueryAsync<string>("UPDATE products SET stock = 1000000000 RETURNING sku", cancellation);
        var products = await stage.Database.QueryAsync<string>("SELECT sku FROM products ORDER BY sku", cancellation);
        var customers = await stage.Database.QueryAsync<long>(
            $"SELECT id FROM customers WHERE status = 'active' ORDER BY md5(id::text) LIMIT {DifferentRequests}", cancellation);
        var turns = new List<LoadGenerator.Turn>();
        foreach (var connections in new[] { 1, 16, 64 })
        {
            turns.Add(Turn(connections, isContended: false));
            turns.Add(Turn(connections, isContended: true));
        }

        return new ScenarioResult(
            Name,
            "create_order",
            $"Over REST: one line of one piece, of one of {products.Count:N0} products in turn or always of the same. PostgreSQL runs without fsync here. "
            + "What has waited two seconds for the product's row is refused with 503 and counted as failed.",
            await load.RunAsync(turns, cancellation),
            []);

        LoadGenerator.Turn Turn(int connections, bool isContended)
        {
            var requests = Enumerable.Range(0, DifferentRequests).Select(i => Requests.Post("/orders", new JsonObject
            {
                ["customerId"] = customers[i % customers.Count],
                ["lines"] = new JsonArray(new JsonObject { ["sku"] = isContended ? products[0] : products[i % products.Count], ["quantity"] = 1 }),
            }));
            return new(ContestantNames.Rest, $"{connections} × {(isContended ? "one product" : "many products")}", load.Plan(
                [stage.Api.Target], [.. requests], connections, "placedAt", [stage.Api.Watched, stage.Postgres]));
        }
    }
}
