using System.Text.Json.Nodes;
using OrdersMcp.Api.Http.OpenApi;

namespace OrdersMcp.Api.Mcp;

/// <summary>
/// Prompts for common tasks with this API. Their texts are the files in Prompts. An omitted argument becomes empty, and the
/// text says what that means.
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
            "Drafts a reply to a customer who asks about the status of an order.",
            [new("orderId", "The order's id.", Required: true) { Complete = Orders }]),
        new(
            "weekly_sales_report",
            "Weekly sales report",
            "Reports a week's orders, revenue and best sellers, compared with the week before.",
            [
                new("weekStart", "The week's first day, such as 2026-09-07 (UTC).", Required: true),
                new("currency", "ISO 4217 code, such as USD; without it, each currency separately."),
            ]),
        new(
            "find_late_orders",
            "Find late orders",
            "Lists orders that have waited too long, longest wait first, with a next step for each.",
            [
                new("status", "Only orders in this status; without it, all unfinished orders.")
                {
                    Values = ["pending", "processing", "shipped"],
                },
                new("days", "The number of days after which an order is late; 3 by default."),
                new("customer", "Only orders of this customer, by name; without it, of all customers.") { Complete = Customers },
            ]),
        new(
            "explain_uncancellable_order",
            "Explain why an order cannot be cancelled",
            "Explains why an order cannot be cancelled and what you can do instead.",
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
