using Microsoft.EntityFrameworkCore;

namespace OrdersMcp.Api.Data;

internal static class ProductLocks
{
    /// <summary>
    /// Reads products to change their stock, and locks them until the transaction ends. All who lock several do it in
    /// the order of the SKUs: no two can wait for each other. Of a product that was changed meanwhile, the new state is
    /// read.
    /// </summary>
    public static Task<List<Product>> LockProductsAsync(
        this OrdersDbContext db, string[] skus, CancellationToken cancellationToken) => db.Products
        .FromSql($"SELECT * FROM products WHERE sku = ANY ({skus}) ORDER BY sku FOR NO KEY UPDATE")
        .AsTracking()
        .ToListAsync(cancellationToken);
}
