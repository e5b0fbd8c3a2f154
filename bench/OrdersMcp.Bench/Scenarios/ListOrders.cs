using System.Text.Json;

namespace OrdersMcp.Bench.Scenarios;

/// <summary><c>list_orders</c>: whether a page far down the list costs what the first does.</summary>
internal sealed class ListOrders : IScenario
{
    public const string Key = "list-orders";

    private const int PageSize = 20;
    private const int LargestPage = 200;

    public static string Label(int page) => $"page {page:N0}";

    public string Name => Key;

    public async Task<ScenarioResult> RunAsync(Stage stage, LoadGenerator load, CancellationToken cancellation)
    {
        var last = Math.Min(10_000, stage.Options.Orders / PageSize);
        var turns = new List<LoadGenerator.Turn>();
        foreach (var page in new[] { 1, 100, last }.Distinct())
        {
            var cursor = await CursorOfAsync(stage, page, cancellation);
            var path = cursor is null ? $"/orders?limit={PageSize}" : $"/orders?limit={PageSize}&cursor={cursor}";
            turns.Add(new(ContestantNames.Rest, Label(page == last ? 10_000 : page), load.Plan(
                [stage.Api.Target], [Requests.Get(path)], 1, "\"nextCursor\"", [stage.Api.Watched, stage.Postgres])));
        }

        if (last < 10_000)
        {
            stage.Note($"With {stage.Options.Orders:N0} orders the last page is {last:N0}: it stands for page 10,000.");
        }

        return new ScenarioResult(
            Name, "list_orders", $"Pages of {PageSize} among {stage.Options.Orders:N0} orders, over REST, 1 connection.", await load.RunAsync(turns, cancellation), []);
    }

    /// <summary>The cursor before a page; a cursor does not know the size of pages, so large ones lead there sooner.</summary>
    private static async Task<string?> CursorOfAsync(Stage stage, int page, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = new Uri(stage.Api.Url) };
        string? cursor = null;
        for (var left = (page - 1) * PageSize; left > 0;)
        {
            var size = Math.Min(left, LargestPage);
            var answer = JsonElement.Parse(await client.GetStringAsync(
                cursor is null ? $"/orders?limit={size}" : $"/orders?limit={size}&cursor={cursor}", cancellation));
            cursor = answer.GetProperty("nextCursor").GetString();
            left -= size;
        }

        return cursor;
    }
}
