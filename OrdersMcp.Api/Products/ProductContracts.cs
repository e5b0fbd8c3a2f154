using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Products;

[Description("A product.")]
public sealed record ProductResponse(
    [property: Description("Stock-keeping unit: the product's identity."), Example("LAP-14")] string Sku,
    [property: Description("What it is called."), Example("Laptop")] string Name,
    [property: Description("What it is.")] string? Description,
    [property: Description("Price of one piece."), Example(1299.00)] decimal UnitPrice,
    [property: Description("ISO 4217 code of the currency of the price."), Example("USD")] string Currency,
    [property: Description("Pieces that can be ordered now."), Example(25L)] long Stock);

[Description("One page of products, by SKU.")]
public sealed record ProductPage(
    [property: Description("The products of this page.")] IReadOnlyList<ProductResponse> Items,
    [property: Description(ListText.NextCursor)] string? NextCursor);

/// <summary>The parameters of <c>search_products</c>.</summary>
internal sealed record SearchProductsParameters(
    [property: FromQuery(Name = "q"), Search, Example("laptop"),
        Description("Beginnings of words, all of which occur in SKU, name or description. Without it: all products.")]
    string? Text,

    [property: FromQuery(Name = "cursor"), Cursor, Description(ListText.Cursor)]
    string? Cursor,

    [property: FromQuery(Name = "limit"), Range(1, 200), Description(ListText.Limit)]
    int Limit = 20)
{
    /// <summary>The list that a cursor belongs to.</summary>
    public uint List => Http.Paging.Cursor.Fingerprint("products", Text);
}
