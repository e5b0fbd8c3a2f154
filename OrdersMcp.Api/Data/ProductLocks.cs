using Microsoft.EntityFrameworkCore;

namespace OrdersMcp.Api.Data;

internal static class ProductLocks
{
    /// <summary>
    /// Reads products and locks them until the transaction ends. Every caller locks in the order of the SKUs, so no two can
    /// deadlock. If a product changed meanwhile, this reads the new state.
    /// </summary>
    public static Task<List<Product>> LockProductsAsync(
        this OrdersDbContext db, string[] skus, CancellationToken cancellationToken) => db.Products
        .FromSql($"SELECT * FROM products WHERE sku = ANY ({skus}) ORDER BY sku FOR NO KEY UPDATE")
        .AsTracking()
        .ToListAsync(cancellationToken);
}
