extern alias defaults;

using OrdersMcp.Api.Telemetry;
using RedactedPath = defaults::OrdersMcp.ServiceDefaults.Telemetry.RedactedPath;

namespace OrdersMcp.Tests.Observability;

/// <summary>How both services name statements and keep text out of addresses.</summary>
[Trait("Category", "Unit")]
public sealed class ServiceSpanTests
{
    [Theory]
    [InlineData("SELECT o.id FROM orders AS o WHERE o.id = @p", "SELECT orders")]
    [InlineData("SELECT o.id, c.name FROM orders AS o INNER JOIN customers AS c ON o.customer_id = c.id", "SELECT orders customers")]
    [InlineData("SELECT s.id FROM (SELECT * FROM orders o JOIN customers c ON o.customer_id = c.id) AS s", "SELECT SELECT orders customers")]
    [InlineData("INSERT INTO shipping (id, address) SELECT id, address FROM orders WHERE id = 1", "INSERT shipping SELECT orders")]
    [InlineData("SELECT * FROM songs, artists WHERE songs.artist_id = artists.id", "SELECT songs artists")]
    [InlineData("UPDATE orders SET status = @p0 WHERE id = @p1 RETURNING xmin", "UPDATE orders")]
    [InlineData("SELECT id FROM orders WHERE id = @p FOR UPDATE", "SELECT orders")]
    [InlineData("INSERT INTO keys (key) VALUES (@p) ON CONFLICT (key) DO UPDATE SET at = now()", "INSERT keys")]
    [InlineData("WITH recent AS (SELECT * FROM orders) SELECT count(*) FROM recent", "SELECT orders SELECT")]
    [InlineData("DELETE FROM order_lines WHERE order_id = @p", "DELETE order_lines")]
    [InlineData("SELECT 'FROM secrets' AS a FROM \"__EFMigrationsHistory\" -- FROM b", "SELECT \"__EFMigrationsHistory\"")]
    [InlineData("SELECT x FROM unnest(@ids) AS x", "SELECT")]
    [InlineData("SELECT pg_advisory_lock(@key)", "SELECT")]
    [InlineData("UPDATE a SET x = 1; DELETE FROM b", "UPDATE a DELETE b")]
    [InlineData("SET LOCAL lock_timeout = '2s'", "SET")]
    [InlineData("set local statement_timeout = 0; UPDATE orders SET status = @p0", "set UPDATE orders")]
    [InlineData("", "postgresql")]
    public void Statement_is_summarized_by_its_operations_and_tables(string sql, string expected) =>
        Assert.Equal(expected, QuerySummary.Of(sql));

    [Theory]
    [InlineData("/orders/42", "/orders/{orderId}", "/orders/42")]
    [InlineData("http://api/base/customers/anna@example.org/orders?x=*", "/customers/{customer}/orders", "http://api/base/customers/REDACTED/orders?x=*")]
    [InlineData("/products/8c7e2c62-3f0a-4e5f-9d3c-2b1f0c8f7a10", "/products/{sku}", "/products/8c7e2c62-3f0a-4e5f-9d3c-2b1f0c8f7a10")]
    [InlineData("/products/KB-100/", "/products/{sku}", "/products/REDACTED/")]
    [InlineData("/orders", "/orders", "/orders")]
    [InlineData("/mcp/anna/lee", "/mcp/{*rest}", "/mcp/REDACTED")]
    public void Path_keeps_ids_and_no_text(string url, string template, string expected) =>
        Assert.Equal(expected, RedactedPath.Of(url, template));
}
