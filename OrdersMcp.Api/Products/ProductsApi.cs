using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Products;

internal static class ProductsApi
{
    public static void AddProducts(this IServiceCollection services) => services.AddJson(ProductsJson.Default);

    public static void MapProducts(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/products").WithTags("products").BuffersResponses().ValidateParameters().ProducesCommonErrors();

        products.MapGet("/", SearchProducts)
            .WithName("search_products")
            .WithSummary("Search products")
            .WithDescription("Finds products. Returns their price, stock, and SKU for create_order.")
            .Reads();

        products.MapGet("/{sku}", GetProduct)
            .WithName("get_product")
            .WithSummary("Get a product")
            .WithDescription("Returns a product's name, description, price and stock.")
            .Reads()
            .ProducesError(404, "There is no product with this SKU.");
    }

    private static async Task<Results<Ok<ProductPage>, ProblemHttpResult>> SearchProducts(
        [AsParameters] SearchProductsParameters search, OrdersDbContext db, ListPages pages, CancellationToken cancellationToken) =>
        pages.Open<string>(search.Cursor, search.List, SkuAttribute.TryParse, out var after) is { } refusal
            ? refusal
            : TypedResults.Ok(await db.SearchProductsAsync(pages, search, after, cancellationToken));

    private static async Task<Results<Ok<ProductResponse>, ProblemHttpResult>> GetProduct(
        [Sku, Description("The product's SKU."), Example("LAP-14")] string sku,
        OrdersDbContext db,
        CancellationToken cancellationToken) =>
        await db.FindProductAsync(sku, cancellationToken) is { } product
            ? TypedResults.Ok(product)
            : Problems.Create(
                StatusCodes.Status404NotFound,
                "product-not-found",
                "Product not found",
                $"There is no product {sku}. Use search_products to find products by name, description or SKU.");
}
