using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Orders;

/// <summary>
/// pending → processing → shipped → delivered, or cancelled before shipment. Each step names its operation.
/// </summary>
internal static class OrderLifecycle
{
    private static readonly (OrderStatus From, OrderStatus To, string Operation)[] Steps =
    [
        (OrderStatus.Pending, OrderStatus.Processing, "start_processing_order"),
        (OrderStatus.Pending, OrderStatus.Cancelled, "cancel_order"),
        (OrderStatus.Processing, OrderStatus.Shipped, "ship_order"),
        (OrderStatus.Processing, OrderStatus.Cancelled, "cancel_order"),
        (OrderStatus.Shipped, OrderStatus.Delivered, "deliver_order"),
    ];

    public static bool CanBecome(this OrderStatus from, OrderStatus to) =>
        Array.Exists(Steps, step => step.From == from && step.To == to);

    /// <summary>The operations that can change the status from here.</summary>
    public static string[] NextSteps(this OrderStatus from) =>
        [.. Steps.Where(step => step.From == from).Select(step => step.Operation)];
}
