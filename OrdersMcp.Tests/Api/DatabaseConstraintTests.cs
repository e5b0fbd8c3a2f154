using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class DatabaseConstraintTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("UPDATE orders SET carrier = NULL WHERE id = 1", "ck_orders_shipment")]
    [InlineData("UPDATE orders SET tracking_number = 'X' WHERE id = 2", "ck_orders_shipment")]
    [InlineData("UPDATE orders SET status = 'lost' WHERE id = 2", "ck_orders_status")]
    [InlineData("UPDATE orders SET total = -1 WHERE id = 2", "ck_orders_total")]
    [InlineData("UPDATE orders SET currency = 'usd' WHERE id = 2", "ck_orders_currency")]
    [InlineData("UPDATE orders SET customer_id = 1 WHERE id = 2", "fk_orders_customers")]
    [InlineData("UPDATE products SET stock = -1", "ck_products_stock")]
    [InlineData("UPDATE order_lines SET quantity = 0", "ck_order_lines_quantity")]
    [InlineData("UPDATE order_lines SET unit_price = -0.01", "ck_order_lines_unit_price")]
    [InlineData("UPDATE order_lines SET sku = 'NONE' WHERE order_id = 1", "fk_order_lines_products")]
    [InlineData("UPDATE customers SET email = 'bob.smith@example.com' WHERE id = 1234", "ux_customers_email")]
    [InlineData("DELETE FROM customers WHERE id = 1234", "fk_orders_customers")]
    public async Task Database_rejects_a_change_that_breaks_a_rule(string sql, string constraint)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => api.WithDatabaseAsync(
            db => db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken)));

        Assert.Equal(constraint, refusal.ConstraintName);
    }
}
