using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http.Paging;

namespace OrdersMcp.Api.Products;

internal static class ProductQueries
{
    private static readonly Expression<Func<Product, ProductResponse>> Contract = product => new ProductResponse(
        product.Sku, product.Name, product.Description, product.UnitPrice, product.Currency, product.Stock);

    public static Task<ProductResponse?> FindProductAsync(
        this OrdersDbContext db, string sku, CancellationToken cancellationToken) =>
        db.Products.Where(product => product.Sku == sku).Select(Contract).SingleOrDefaultAsync(cancellationToken);

    public static async Task<ProductPage> SearchProductsAsync(
        this OrdersDbContext db, ListPages pages, SearchProductsParameters search, string? after, CancellationToken cancellationToken)
    {
        var products = search.Text is { } text ? db.Products.MatchingWords(text) : db.Products;
        if (after is not null)
        {
            products = products.Where(product => string.Compare(product.Sku, after) > 0);
        }

        var found = await products
            .OrderBy(product => product.Sku)
            .Take(search.Limit + 1)
            .Select(Contract)
            .ToListAsync(cancellationToken);
        var (items, next) = pages.Close(found, search.Limit, search.List, last => last.Sku);
        return new ProductPage(items, next);
    }
}
