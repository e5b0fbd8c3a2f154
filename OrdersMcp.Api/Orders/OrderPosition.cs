using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrdersMcp.Api.Orders;

/// <summary>The position of an order in a list by time. The id breaks ties.</summary>
internal sealed record OrderPosition(DateTimeOffset PlacedAt, long OrderId)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PlacedAt.UtcTicks}.{OrderId}");

    public static bool TryParse(string text, [NotNullWhen(true)] out OrderPosition? position)
    {
        position = text.Split('.') is [var time, var id]
            && long.TryParse(time, CultureInfo.InvariantCulture, out var ticks)
            && ticks >= DateTimeOffset.MinValue.Ticks && ticks <= DateTimeOffset.MaxValue.Ticks
            && long.TryParse(id, CultureInfo.InvariantCulture, out var orderId)
                ? new OrderPosition(new DateTimeOffset(ticks, TimeSpan.Zero), orderId)
                : null;
        return position is not null;
    }
}
