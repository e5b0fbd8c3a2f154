using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The same small shop in every demo database: fixed ids, orders in every status, and times in the three weeks before it is
/// written, so that questions about this week and the last have answers. The instance that holds the migration lock writes
/// it once, into an empty database.
/// </summary>
internal static class DemoData
{
    private const string Currency = "USD";
    private const long Alice = 1234, Bob = 2345, Carla = 3456, Dmitri = 4567, Emeka = 5678, Fatima = 6789, Grete = 7890;

    private const int Orders = 16;
    private const int HoursBetweenOrders = 29; // so that they come at all times of the day
    private const int HoursBetweenChanges = 10;

    /// <summary>Until an hour after the last order, which has four statuses, is delivered.</summary>
    private const int HoursOpen = (Orders * HoursBetweenOrders) + (3 * HoursBetweenChanges) + 1;

    /// <summary>Whether the database is empty.</summary>
    public static async Task<bool> IsRoomAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "SELECT NOT EXISTS (SELECT FROM customers) AND NOT EXISTS (SELECT FROM products)", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Writes the demo data into an empty database.</summary>
    public static async Task SeedAsync(OrdersDbContext db, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await WriteAsync(db, until, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes the demo data into empty tables, within a transaction.</summary>
    public static async Task WriteAsync(OrdersDbContext db, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var fullHour = new DateTimeOffset(until.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero);
        var opening = fullHour.AddHours(-HoursOpen);
        var (customers, products) = (CustomersSince(opening), Products());
        db.AddRange(customers);
        db.AddRange(products);
        db.AddRange(OrdersSince(
            opening,
            customers.ToDictionary(customer => customer.Id, customer => customer.Name),
            products.ToDictionary(product => product.Sku)));
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync(
            """
            SELECT setval(pg_get_serial_sequence('customers', 'id'), (SELECT max(id) FROM customers)),
                   setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))
            """,
            cancellationToken);
    }

    private static Customer[] CustomersSince(DateTimeOffset opening)
    {
        return
        [
            Person(Alice, "Alice Johnson", "alice.johnson@example.com"),
            Person(Bob, "Bob Smith", "bob.smith@example.com"),
            Person(Carla, "Carla Gómez", "carla.gomez@example.com"),
            Person(Dmitri, "Dmitri Ivanov", "dmitri.ivanov@example.com"),
            Person(Emeka, "Emeka Okafor", "emeka.okafor@example.com"),
            Person(Fatima, "Fatima Zahra", "fatima.zahra@example.com"),
            Person(Grete, "Grete Holm", "grete.holm@example.com", CustomerStatus.Blocked),
        ];

        Customer Person(long id, string name, string email, CustomerStatus status = CustomerStatus.Active) => new()
        {
            Id = id,
            Name = name,
            Email = email,
            Status = status,
            CreatedAt = opening.AddDays(-id / 100),
        };
    }

    private static Product[] Products() =>
    [
        Item("LAP-14", "Laptop", "14-inch laptop, 32 GB memory, 1 TB drive", 1299.00m, 25),
        Item("HDP-NC", "Headphones", "Wireless over-ear headphones with noise cancelling", 199.00m, 80),
        Item("MON-27", "Monitor", "27-inch 4K monitor with USB-C", 449.00m, 30),
        Item("KEY-ME", "Keyboard", "Mechanical keyboard, tactile switches", 119.00m, 60),
        Item("MOU-WL", "Mouse", "Wireless mouse, rechargeable", 59.00m, 120),
        Item("DOC-UC", "Docking station", "USB-C dock with two display outputs", 229.00m, 18),
        Item("CAM-HD", "Webcam", "1080p webcam with privacy shutter", 89.00m, 45),
        Item("SSD-2T", "Portable drive", "2 TB portable solid-state drive", 169.00m, 40),
        Item("CAB-UC", "USB-C cable", "USB-C cable, 2 m, 100 W", 19.00m, 300),
        Item("BAG-15", "Laptop bag", "Padded bag for laptops up to 15 inches", 69.00m, 0),
    ];

    private static Order[] OrdersSince(
        DateTimeOffset opening, Dictionary<long, string> names, Dictionary<string, Product> products)
    {
        return
        [
            Shipped(Place(1, Alice, OrderStatus.Shipped, [("LAP-14", 1)]), "UPS", "1Z999AA10123456784"),
            Place(2, Bob, OrderStatus.Processing, [("HDP-NC", 1)], "Please leave the parcel with the neighbour."),
            Place(3, Carla, OrderStatus.Pending, [("MON-27", 2), ("CAB-UC", 2)]),
            Shipped(Place(4, Dmitri, OrderStatus.Delivered, [("KEY-ME", 1), ("MOU-WL", 1)]), "DHL", "JD014600003SE"),
            Place(5, Emeka, OrderStatus.Cancelled, [("LAP-14", 1), ("BAG-15", 1)], "Ordered twice by mistake."),
            Shipped(Place(6, Alice, OrderStatus.Delivered, [("DOC-UC", 1)]), "FedEx", "794644790138"),
            Place(7, Fatima, OrderStatus.Processing, [("CAM-HD", 3)], "Invoice to the school, please."),
            Place(8, Bob, OrderStatus.Pending, [("SSD-2T", 1)]),
            Shipped(Place(9, Carla, OrderStatus.Shipped, [("HDP-NC", 2)]), "DHL", "JD014600004SE"),
            Shipped(Place(10, Grete, OrderStatus.Delivered, [("CAB-UC", 10)]), "UPS", "1Z999AA10123456785"),
            Place(11, Dmitri, OrderStatus.Pending, [("LAP-14", 1), ("DOC-UC", 1), ("MON-27", 1)]),
            Place(12, Emeka, OrderStatus.Processing, [("KEY-ME", 5)], "Needed before the end of the month."),
            Place(13, Fatima, OrderStatus.Cancelled, [("MOU-WL", 1)]),
            Shipped(Place(14, Alice, OrderStatus.Shipped, [("CAM-HD", 1), ("CAB-UC", 1)]), "FedEx", "794644790139"),
            Place(15, Alice, OrderStatus.Pending, [("SSD-2T", 2)], "Gift wrapping, if possible."),
            Shipped(Place(16, Bob, OrderStatus.Delivered, [("MON-27", 1)]), "UPS", "1Z999AA10123456786"),
        ];

        Order Place(long id, long customer, OrderStatus status, (string Sku, int Quantity)[] items, string? note = null)
        {
            var placedAt = opening.AddHours(HoursBetweenOrders * id);
            var lines = items.Select((item, index) => new OrderLine
            {
                LineNumber = index + 1,
                Sku = item.Sku,
                Name = products[item.Sku].Name,
                Quantity = item.Quantity,
                UnitPrice = products[item.Sku].UnitPrice,
                Currency = Currency,
                PlacedAt = placedAt,
            });
            var order = new Order
            {
                Id = id,
                CustomerId = customer,
                Status = status,
                Currency = Currency,
                Note = note,
                PlacedAt = placedAt,
                Lines = [.. lines],
            };
            order.Total = order.Lines.Sum(line => line.Quantity * line.UnitPrice);
            order.SearchTerms = Order.SearchTermsOf(names[customer], order.Lines);
            order.Events = OrderEvent.HistoryTo(status, placedAt, TimeSpan.FromHours(HoursBetweenChanges), actor: "demo");
            order.Version = order.Events.Count;
            order.UpdatedAt = order.Events[^1].At;
            return order;
        }
    }

    private static Order Shipped(Order order, string carrier, string trackingNumber)
    {
        order.Carrier = carrier;
        order.TrackingNumber = trackingNumber;
        return order;
    }

    private static Product Item(string sku, string name, string description, decimal price, int stock) => new()
    {
        Sku = sku,
        Name = name,
        Description = description,
        UnitPrice = price,
        Currency = Currency,
        Stock = stock,
    };
}
