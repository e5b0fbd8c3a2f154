using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Products;

[Description("A product.")]
public sealed record ProductResponse(
    [property: Description("Stock-keeping unit, the product's id."), Example("LAP-14")] string Sku,
    [property: Description("The product's name."), Example("Laptop")] string Name,
    [property: Description("The product's description.")] string? Description,
    [property: Description("Price of one unit."), Example(1299.00)] decimal UnitPrice,
    [property: Description("ISO 4217 currency code of the price."), Example("USD")] string Currency,
    [property: Description("Units available to order."), Example(25L)] long Stock);

[Description("One page of products, by SKU.")]
public sealed record ProductPage(
    [property: Description("The products of this page.")] IReadOnlyList<ProductResponse> Items,
    [property: Description(ListText.NextCursor)] string? NextCursor);

/// <summary>The parameters of <c>search_products</c>.</summary>
internal sealed record SearchProductsParameters(
    [property: FromQuery(Name = "q"), Search, Example("laptop"),
        Description("Word prefixes; all must occur in SKU, name or description. Omit for all products.")]
    string? Text,

    [property: FromQuery(Name = "cursor"), Cursor, Description(ListText.Cursor)]
    string? Cursor,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description(ListText.Limit)]
    int Limit = 20)
{
    /// <summary>The list that a cursor belongs to.</summary>
    public uint List => Http.Paging.Cursor.Fingerprint("products", Text);
}
