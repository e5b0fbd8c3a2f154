using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrdersMcp.Playground.Models.Scripted;

/// <summary>The rules for one order.</summary>
internal static class OrderScripts
{
    private static readonly string[] Numbers = ["", "one", "two", "three", "four", "five", "six"];

    /// <summary>Shows an order, with its history if the prompt asks what happened.</summary>
    public static Step Show(Scene scene, Match match)
    {
        if (scene.Last("get_order") is not { } order)
        {
            var arguments = new JsonObject { ["orderId"] = Id(match) };
            var asksHistory = scene.Prompt.Contains("happen", StringComparison.OrdinalIgnoreCase) || scene.Prompt.Contains("history", StringComparison.OrdinalIgnoreCase);
            return asksHistory
                ? Step.Call("Reading the order and its history.", ("get_order", arguments), ("get_order_history", arguments.DeepClone().AsObject()))
                : Step.Call("Reading the order.", ("get_order", arguments));
        }

        if (order.IsError || order.Json is null)
        {
            return Step.Answer($"I cannot show order {match.Groups["id"].Value}. The tool says: {order.Reason}");
        }

        var history = scene.Last("get_order_history") is { IsError: false } told
            ? "\n\nHistory:\n" + string.Join('\n', told.Items().Select(each => $"- {Texts.Time(each["at"])}: {Texts.Of(each["to"])}, by {Texts.Of(each["actor"])}"))
            : "";
        return Step.Answer(Texts.Order(order) + history);
    }

    /// <summary>Cancels an order, which a person confirms first.</summary>
    public static Step Cancel(Scene scene, Match match) => scene.Last("cancel_order") switch
    {
        null => Step.Call(
            "I'll cancel it once you confirm.",
            ("cancel_order", new JsonObject { ["orderId"] = Id(match), ["reason"] = "Asked for in the playground." })),
        { IsError: true } refused => Step.Answer($"Order {match.Groups["id"].Value} is not cancelled. The tool says: {refused.Reason}"),
        var done => Step.Answer($"Order {match.Groups["id"].Value} is now {Texts.Of(done.Json?["status"])}, and its items are back in stock."),
    };

    /// <summary>Finds the customer and the product, and then places the order.</summary>
    public static Step Create(Scene scene, Match match)
    {
        var (product, customer) = (match.Groups["product"].Value.Trim(), match.Groups["customer"].Value.Trim().TrimEnd('.'));
        if (scene.Last("create_order") is { } placed)
        {
            return Step.Answer(placed.IsError
                ? $"The order was not placed. The tool says: {placed.Reason}"
                : $"The order is placed.\n\n{Texts.Order(placed)}");
        }

        if (scene.Last("search_customers") is not { } customers || scene.Last("search_products") is not { } products)
        {
            return Step.Call(
                "Looking up the customer and the product.",
                ("search_customers", new JsonObject { ["q"] = customer }),
                ("search_products", new JsonObject { ["q"] = Singular(product) }));
        }

        if (customers.Items() is not [var buyer, ..])
        {
            return Step.Answer($"There is no customer '{customer}'.{(customers.IsError ? $" The tool says: {customers.Reason}" : "")}");
        }

        return products.Items() is [var item, ..]
            ? Step.Call(
                $"Placing an order of {Texts.Of(item["sku"])} for customer {Texts.Of(buyer["id"])}.",
                ("create_order", new JsonObject
                {
                    ["customerId"] = buyer["id"]?.DeepClone(),
                    ["lines"] = new JsonArray(new JsonObject { ["sku"] = item["sku"]?.DeepClone(), ["quantity"] = Count(match.Groups["count"].Value) }),
                }))
            : Step.Answer($"There is no product '{product}'.");
    }

    private static long Id(Match match) => long.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture);

    private static int Count(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : Math.Max(1, Array.FindIndex(Numbers, each => string.Equals(each, word, StringComparison.OrdinalIgnoreCase)));

    private static string Singular(string product) =>
        product.EndsWith('s') && product.Length > 3 && !product.EndsWith("ss", StringComparison.OrdinalIgnoreCase) ? product[..^1] : product;
}
