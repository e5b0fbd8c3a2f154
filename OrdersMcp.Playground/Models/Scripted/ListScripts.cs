using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrdersMcp.Playground.Models.Scripted;

/// <summary>The rules for lists, statistics and exports.</summary>
internal static class ListScripts
{
    private const int Shown = 10;
    private static readonly string[] Statuses = ["pending", "processing", "shipped", "delivered", "cancelled"];
    private static readonly string[] Groups = ["day", "week", "status", "customer", "product"];

    /// <summary>Lists orders: those of the last week, of a status, or the newest.</summary>
    public static Step Orders(Scene scene)
    {
        var isLastWeek = Has(scene, "week");
        if (scene.Last("list_orders") is not { } list)
        {
            var arguments = new JsonObject { ["limit"] = Shown };
            if (isLastWeek)
            {
                arguments["placedFrom"] = scene.DaysAgo(7);
            }

            AddStatus(scene, arguments);
            return Step.Call(isLastWeek ? $"Listing orders placed since {Texts.Day(scene.Today.AddDays(-7))}." : "Listing the orders.", ("list_orders", arguments));
        }

        if (list.IsError)
        {
            return Step.Answer($"I cannot list the orders. The tool says: {list.Reason}");
        }

        var times = scene.Results.Count(result => result.Tool == "list_orders");
        if (list.Items().Count == 0)
        {
            return isLastWeek && times == 1
                ? Step.Call("No orders were placed in the last seven days. Looking for the newest.", ("list_orders", new JsonObject { ["limit"] = 5 }))
                : Step.Answer("There are no such orders.");
        }

        var heading = isLastWeek && times == 1 ? "Orders from the last seven days:" : isLastWeek ? "The newest orders:" : "The orders, newest first:";
        var more = list.Json?["nextCursor"] is null ? "" : "\n\nThere are more on the next page.";
        return Step.Answer($"{heading}\n\n{Texts.Orders(list.Items())}{more}");
    }

    /// <summary>Computes statistics, which an app shows as a chart.</summary>
    public static Step Statistics(Scene scene)
    {
        if (scene.Last("get_order_statistics") is not { } statistics)
        {
            var by = Array.Find(Groups, group => Has(scene, $"by {group}")) ?? (Has(scene, "sell") ? "product" : "week");
            return Step.Call($"Computing statistics by {by}.", ("get_order_statistics", new JsonObject { ["groupBy"] = by }));
        }

        return statistics.IsError
            ? Step.Answer($"I cannot compute the statistics. The tool says: {statistics.Reason}")
            : Step.Answer($"The chart shows the result. In numbers:\n\n{Texts.Groups(statistics.Items("groups"))}");
    }

    /// <summary>Searches customers by name.</summary>
    public static Step Customers(Scene scene, Match match)
    {
        var name = match.Groups["name"].Value.Trim().TrimEnd('?', '.', '!');
        return scene.Last("search_customers") switch
        {
            null => Step.Call("Searching the customers.", ("search_customers", name.Length == 0 ? new JsonObject() : new JsonObject { ["q"] = name })),
            { IsError: true } failed => Step.Answer($"I cannot search the customers. The tool says: {failed.Reason}"),
            var list when list.Items().Count == 0 => Step.Answer($"There is no customer '{name}'."),
            var list => Step.Answer($"The customers:\n\n{Texts.Customers(list.Items())}"),
        };
    }

    /// <summary>Exports orders to a file.</summary>
    public static Step Export(Scene scene)
    {
        if (scene.Last("export_orders") is not { } export)
        {
            var arguments = new JsonObject { ["format"] = Has(scene, "json") ? "json" : "csv" };
            AddStatus(scene, arguments);
            if (Has(scene, "week"))
            {
                arguments["placedFrom"] = scene.DaysAgo(7);
            }

            return Step.Call("Starting the export and waiting for it to finish.", ("export_orders", arguments));
        }

        return Step.Answer(export.IsError
            ? $"The export failed. The tool says: {export.Reason}"
            : $"The export is {Texts.Of(export.Json?["status"])}: {Texts.Of(export.Json?["total"])} orders as {Texts.Of(export.Json?["format"])}.");
    }

    private static void AddStatus(Scene scene, JsonObject arguments)
    {
        if (Array.Find(Statuses, status => Has(scene, status)) is { } status)
        {
            arguments["status"] = status;
        }
    }

    private static bool Has(Scene scene, string word) => scene.Prompt.Contains(word, StringComparison.OrdinalIgnoreCase);
}
