using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Errors;

namespace OrdersMcp.Api.Orders;

/// <summary>Refusals of order operations, and what to do instead.</summary>
internal static class OrderProblems
{
    public static ProblemHttpResult NotFound(long orderId) => Problems.Create(
        StatusCodes.Status404NotFound,
        "order-not-found",
        "Order not found",
        $"There is no order {orderId}. Use list_orders to find existing orders.");

    public static ProblemHttpResult Stale(long orderId, int version) => Problems.Create(
        StatusCodes.Status412PreconditionFailed,
        "stale-version",
        "Stale version",
        $"Order {orderId} has changed since it was read: its version is now {version}. Nothing was changed. Read it again "
        + "with get_order, check whether your change still makes sense, and send the new version as If-Match.",
        ("currentVersion", version));

    public static ProblemHttpResult IllegalTransition(long orderId, OrderStatus from, OrderStatus to)
    {
        var next = from.NextSteps();
        var advice = next.Length == 0
            ? "This status is final; only notes can be added."
            : $"Allowed next: {string.Join(", ", next)}.";
        return Problems.Create(
            StatusCodes.Status409Conflict,
            "illegal-transition",
            "Illegal transition",
            $"Order {orderId} is {Text(from)} and cannot become {Text(to)}. Nothing was changed. {advice}",
            ("currentStatus", Text(from)),
            ("allowedNext", next));
    }

    public static ProblemHttpResult CustomerBlocked(long customerId) => Problems.Create(
        StatusCodes.Status409Conflict,
        "customer-blocked",
        "Customer blocked",
        $"Customer {customerId} is blocked and cannot place orders. Nothing was changed. No operation of this API can "
        + "unblock a customer; ask the shop's staff.");

    public static ProblemHttpResult InsufficientStock(IReadOnlyList<StockShortage> shortages) => Problems.Create(
        StatusCodes.Status409Conflict,
        "insufficient-stock",
        "Insufficient stock",
        "Not enough stock: "
        + string.Join("; ", shortages.Select(s => $"{s.Sku} (requested {s.Requested}, available {s.Available})"))
        + ". Nothing was ordered. Order no more than is available, or leave these lines out.",
        ("shortages", shortages));

    public static ProblemHttpResult NoteTooLong(long orderId, int room) => Problems.Create(
        StatusCodes.Status409Conflict,
        "note-too-long",
        "Note too long",
        $"The note of order {orderId} has room for {room} more characters. Nothing was changed. Send a shorter text.",
        ("room", room));

    private static string Text(OrderStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>A line that requests more than is in stock.</summary>
internal sealed record StockShortage(string Sku, int Requested, long Available);
