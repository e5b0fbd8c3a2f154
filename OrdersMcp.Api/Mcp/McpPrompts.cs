using System.Text.Json.Nodes;
using OrdersMcp.Api.Http.OpenApi;

namespace OrdersMcp.Api.Mcp;

/// <summary>
/// Prompts for questions that this API answers well. Their texts are the files in Prompts. An omitted argument is empty in
/// the text, which explains that case.
/// </summary>
internal static class McpPrompts
{
    private const string Orders = "complete_order_ids";
    private const string Customers = "complete_customers";

    private static readonly Prompt[] All =
    [
        new(
            "order_status_reply",
            "Reply about an order's status",
            "Drafts the reply to a customer who asks where their order is.",
            [new("orderId", "The order's id.", Required: true) { Complete = Orders }]),
        new(
            "weekly_sales_report",
            "Weekly sales report",
            "Reports a week's orders, revenue and best sellers, compared with the week before.",
            [
                new("weekStart", "The week's first day, such as 2026-09-07 (UTC).", Required: true),
                new("currency", "ISO 4217 code, such as USD; without it, each currency by itself."),
            ]),
        new(
            "find_late_orders",
            "Find late orders",
            "Lists the orders that wait too long, the oldest first, and what to do about each.",
            [
                new("status", "Only orders in this status; without it, all that are not finished.")
                {
                    Values = ["pending", "processing", "shipped"],
                },
                new("days", "How many days are late; without it, 3."),
                new("customer", "Only orders of this customer, by name; without it, of all.") { Complete = Customers },
            ]),
        new(
            "explain_uncancellable_order",
            "Explain why an order cannot be cancelled",
            "Explains what keeps an order from being cancelled, and what is possible instead.",
            [new("orderId", "The order's id.", Required: true) { Complete = Orders }]),
    ];

    public static JsonArray Write() => [.. All.Select(prompt => prompt.Write())];

    private sealed record Prompt(string Name, string Title, string Description, Argument[] Arguments)
    {
        public JsonObject Write() => new()
        {
            ["name"] = Name,
            ["title"] = Title,
            ["description"] = Description,
            ["arguments"] = new JsonArray([.. Arguments.Select(argument => argument.Write())]),
            ["text"] = McpText.Read($"Prompts/{Name}.md"),
        };
    }

    private sealed record Argument(string Name, string Description, bool Required = false)
    {
        /// <summary>The operation that completes it.</summary>
        public string? Complete { get; init; }

        /// <summary>The allowed values.</summary>
        public string[]? Values { get; init; }

        public JsonObject Write()
        {
            var argument = new JsonObject
            {
                ["name"] = Name,
                ["description"] = Description,
                ["required"] = Required,
            };
            if (Complete is not null)
            {
                argument["complete"] = OperationExtension.Completion(Complete);
            }

            if (Values is not null)
            {
                argument["enum"] = new JsonArray([.. Values.Select(value => JsonValue.Create(value))]);
            }

            return argument;
        }
    }
}
