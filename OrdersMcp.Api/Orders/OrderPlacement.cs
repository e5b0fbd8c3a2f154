using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.Idempotency;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Telemetry;

namespace OrdersMcp.Api.Orders;

/// <summary>Places an order and takes its units from stock, in the transaction of the request.</summary>
internal sealed class OrderPlacement(
    OrdersDbContext db, AfterCommit afterCommit, OrdersMetrics metrics, TimeProvider time)
{
    /// <returns>The id of the new order, or the reason for a refusal.</returns>
    public async Task<(long OrderId, ProblemHttpResult? Refusal)> PlaceAsync(
        CreateOrderRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var customer = await db.Customers.AsNoTracking()
            .SingleOrDefaultAsync(customer => customer.Id == request.CustomerId, cancellationToken);
        var products = await LockProductsAsync(request, cancellationToken);
        var errors = Check(request, customer, products);
        if (errors.Count > 0)
        {
            return (0, Problems.InvalidParameters(errors));
        }

        if (customer!.Status == CustomerStatus.Blocked)
        {
            return (0, OrderProblems.CustomerBlocked(customer.Id));
        }

        var shortages = request.Lines
            .Where(line => products[line.Sku].Stock < line.Quantity)
            .Select(line => new StockShortage(line.Sku, line.Quantity, products[line.Sku].Stock))
            .ToList();
        if (shortages.Count > 0)
        {
            metrics.StockShort();
            return (0, OrderProblems.InsufficientStock(shortages));
        }

        var order = NewOrder(request, customer, products);
        foreach (var line in order.Lines)
        {
            products[line.Sku].Stock -= line.Quantity;
        }

        order.Events.Add(new OrderEvent
        {
            Version = order.Version,
            At = order.PlacedAt,
            Actor = caller.Name,
            Client = caller.Client,
            ToStatus = order.Status,
        });
        db.Add(order);
        await db.SaveChangesAsync(cancellationToken);
        afterCommit.Do(() => metrics.OrderCreated(order));
        return (order.Id, null);
    }

    /// <summary>
    /// The products of an order, locked in the order of their SKUs so that no two requests can deadlock. Until the
    /// transaction ends, no other request can take the stock that this one has read.
    /// </summary>
    private async Task<Dictionary<string, Product>> LockProductsAsync(
        CreateOrderRequest request, CancellationToken cancellationToken)
    {
        var products = await db.LockProductsAsync([.. request.Lines.Select(line => line.Sku)], cancellationToken);
        return products.ToDictionary(product => product.Sku, StringComparer.Ordinal);
    }

    private static Dictionary<string, string[]> Check(
        CreateOrderRequest request, Customer? customer, Dictionary<string, Product> products)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        if (customer is null)
        {
            errors["customerId"] = [$"must be an existing customer, but there is no customer {request.CustomerId}. Use search_customers."];
        }

        var currency = products.Values.FirstOrDefault()?.Currency;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, line) in request.Lines.Index())
        {
            string? error = null;
            if (!products.TryGetValue(line.Sku, out var product))
            {
                error = $"must be an existing product, but there is no product {line.Sku}. Use search_products.";
            }
            else if (!seen.Add(line.Sku))
            {
                error = $"repeats the product of an earlier line. Give {line.Sku} once, with the total quantity.";
            }
            else if (product.Currency != currency)
            {
                error = $"is sold in {product.Currency}, but other lines are in {currency}. Place one order per currency.";
            }

            if (error is not null)
            {
                errors[$"lines[{index}].sku"] = [error];
            }
        }

        if (errors.Count == 0
            && request.Lines.Sum(line => line.Quantity * products[line.Sku].UnitPrice) > MoneyAttribute.Max)
        {
            errors["lines"] = [$"add up to more than {MoneyAttribute.Max}, the largest allowed total. Place several smaller orders."];
        }

        return errors;
    }

    private Order NewOrder(CreateOrderRequest request, Customer customer, Dictionary<string, Product> products)
    {
        var now = time.GetDatabaseNow();
        var lines = request.Lines.Select((line, index) => new OrderLine
        {
            LineNumber = index + 1,
            Sku = line.Sku,
            Name = products[line.Sku].Name,
            Quantity = line.Quantity,
            UnitPrice = products[line.Sku].UnitPrice,
            Currency = products[line.Sku].Currency,
            PlacedAt = now,
        }).ToList();
        return new Order
        {
            CustomerId = customer.Id,
            Status = OrderStatus.Pending,
            Currency = products[lines[0].Sku].Currency,
            Total = lines.Sum(line => line.Quantity * line.UnitPrice),
            Note = request.Note,
            SearchTerms = Order.SearchTermsOf(customer.Name, lines),
            PlacedAt = now,
            UpdatedAt = now,
            Lines = lines,
        };
    }
}
