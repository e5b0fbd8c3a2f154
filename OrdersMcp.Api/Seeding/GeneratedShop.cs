using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.Seeding;

/// <summary>
/// Generates customers, products and the orders of the two years before a day. The same size and day always give the same
/// shop: nothing depends on the machine or earlier runs.
/// </summary>
internal sealed class GeneratedShop(int orders, long firstCustomerId, long firstOrderId, DateTimeOffset until)
{
    private const string Currency = "USD";
    private const int MaxProducts = 2000;

    private const int StepsToDelivery = 3;

    private static readonly TimeSpan Span = TimeSpan.FromDays(730);
    private static readonly TimeSpan LongestStep = TimeSpan.FromHours(20);

    private static readonly string[] FirstNames =
    [
        "Amara", "Ben", "Chiara", "Daniel", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Katya", "Liam", "Mei",
        "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Tariq", "Uma", "Viktor", "Wanda", "Ximena", "Yusuf", "Zoë",
    ];

    private static readonly string[] LastNames =
    [
        "Abe", "Baker", "Cohen", "Díaz", "Eriksen", "Fischer", "García", "Haddad", "Ivanova", "Jensen", "Kowalski",
        "Lopez", "Müller", "Nakamura", "Okonkwo", "Petrov", "Quinn", "Rossi", "Silva", "Tanaka", "Usman", "Varga", "Weber",
        "Xu", "Yilmaz", "Zhang",
    ];

    private static readonly string[] Materials = ["Oak", "Steel", "Linen", "Glass", "Cotton", "Bamboo", "Copper", "Wool"];
    private static readonly string[] Things =
    [
        "Lamp", "Chair", "Desk", "Shelf", "Kettle", "Blanket", "Mirror", "Clock", "Vase", "Basket", "Rug", "Stool",
        "Tray", "Bench", "Curtain",
    ];

    private static readonly string[] Notes =
    [
        "Please ring twice.", "Leave the parcel with the neighbour.", "A gift: no invoice in the parcel, please.",
        "Deliver after 17:00.", "Call before delivery.", "Second floor, the lift is broken.",
    ];

    private static readonly string[] Carriers = ["UPS", "DHL", "FedEx"];

    private readonly Random _random = new(20260901);
    private readonly DateTimeOffset _end = new(until.UtcDateTime.Date, TimeSpan.Zero);

    public int CustomerCount { get; } = Math.Max(1, orders / 20);

    public int ProductCount { get; } = Math.Clamp(orders / 500, 20, MaxProducts);

    public static string SkuOf(int product) => $"P-{product:D5}";

    public IEnumerable<Customer> Customers() => Enumerable.Range(0, CustomerCount).Select(index =>
    {
        var name = NameOf(index);
        return new Customer
        {
            Id = firstCustomerId + index,
            Name = name,
            Email = $"{name.ToLowerInvariant().Replace(' ', '.')}.{index}@shop.example",
            Status = index % 200 == 199 ? CustomerStatus.Blocked : CustomerStatus.Active,
            CreatedAt = (_end - Span).AddMinutes(-index),
        };
    });

    public IEnumerable<Product> Products() => Enumerable.Range(0, ProductCount).Select(index => new Product
    {
        Sku = SkuOf(index),
        Name = ProductNameOf(index),
        Description = $"{ProductNameOf(index)}, model {index}",
        UnitPrice = PriceOf(index),
        Currency = Currency,
        Stock = 1000 + (index * 7 % 500),
    });

    /// <summary>The orders with their lines and events, oldest first. Enumerate once.</summary>
    public IEnumerable<Order> Orders()
    {
        var step = Span / orders;
        for (var index = 0; index < orders; index++)
        {
            var placedAt = _end - Span + (index * step) + (_random.NextDouble() * step); // a random time in the step
            yield return Place(index, new DateTimeOffset(Microseconds(placedAt.Ticks), TimeSpan.Zero));
        }
    }

    /// <summary>The precision of PostgreSQL.</summary>
    private static long Microseconds(long ticks) => ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond;

    /// <summary>The time from one status to the next, short enough that no change is later than the data.</summary>
    private TimeSpan StepAfter(DateTimeOffset placedAt)
    {
        var longest = (_end - placedAt) / StepsToDelivery;
        return longest < LongestStep ? TimeSpan.FromTicks(Microseconds(longest.Ticks)) : LongestStep;
    }

    private static string NameOf(int customer) =>
        $"{FirstNames[customer % FirstNames.Length]} {LastNames[customer / FirstNames.Length % LastNames.Length]}";

    private static string ProductNameOf(int product) =>
        $"{Materials[product % Materials.Length]} {Things[product / Materials.Length % Things.Length]}";

    private static decimal PriceOf(int product) => 5 + (product * 37 % 400) + 0.95m;

    private Order Place(int index, DateTimeOffset placedAt)
    {
        var customer = Skewed(CustomerCount);
        var order = new Order
        {
            Id = firstOrderId + index,
            CustomerId = firstCustomerId + customer,
            Currency = Currency,
            Status = StatusOf(index),
            Note = _random.Next(10) == 0 ? Notes[_random.Next(Notes.Length)] : null,
            PlacedAt = placedAt,
            Lines = Lines(placedAt),
        };
        order.Total = order.Lines.Sum(line => line.Quantity * line.UnitPrice);
        order.SearchTerms = Order.SearchTermsOf(NameOf(customer), order.Lines);
        if (order.Status is OrderStatus.Shipped or OrderStatus.Delivered)
        {
            order.Carrier = Carriers[_random.Next(Carriers.Length)];
            order.TrackingNumber = $"T{order.Id:D12}";
        }

        order.Events = OrderEvent.HistoryTo(order.Status, placedAt, StepAfter(placedAt), "seed");
        order.Version = order.Events.Count;
        order.UpdatedAt = order.Events[^1].At;
        return order;
    }

    private List<OrderLine> Lines(DateTimeOffset placedAt)
    {
        var lines = new List<OrderLine>();
        for (var count = 1 + Skewed(4); lines.Count < count;)
        {
            var product = Skewed(ProductCount);
            var sku = SkuOf(product);
            if (lines.TrueForAll(line => line.Sku != sku))
            {
                lines.Add(new OrderLine
                {
                    LineNumber = lines.Count + 1,
                    Sku = sku,
                    Name = ProductNameOf(product),
                    Quantity = 1 + Skewed(5),
                    UnitPrice = PriceOf(product),
                    Currency = Currency,
                    PlacedAt = placedAt,
                });
            }
        }

        return lines;
    }

    /// <summary>All but the newest orders are finished.</summary>
    private OrderStatus StatusOf(int index)
    {
        var chance = _random.Next(100);
        if (chance < 6)
        {
            return OrderStatus.Cancelled;
        }

        var age = orders - index;
        return age <= orders / 50 ? OrderStatus.Pending
            : age <= orders / 25 ? OrderStatus.Processing
            : age <= orders / 12 ? OrderStatus.Shipped
            : OrderStatus.Delivered;
    }

    /// <summary>A number below <paramref name="limit"/>. Small numbers are more frequent, like good customers.</summary>
    private int Skewed(int limit) => (int)(limit * _random.NextDouble() * _random.NextDouble());
}
