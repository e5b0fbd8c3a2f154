using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Completion;

/// <summary>Completes arguments while a person types them. The operations are for programs and do not become tools.</summary>
internal static class CompletionApi
{
    public const string OrderIds = "complete_order_ids";
    public const string CustomerIds = "complete_customer_ids";
    private const string Customers = "complete_customers";

    public static void AddCompletion(this IServiceCollection services) => services.AddJson(CompletionJson.Default);

    public static void MapCompletion(this IEndpointRouteBuilder routes)
    {
        var completion = routes.MapGroup("/completion").WithTags("completion").BuffersResponses().ValidateParameters().ProducesCommonErrors();

        completion.MapGet("/order-ids", CompleteOrderIds)
            .WithName(OrderIds)
            .WithSummary("Complete an order id")
            .WithDescription("Returns the order ids that start with the prefix, in ascending order; without a prefix, the newest ids.")
            .Reads()
            .HiddenFromTools();

        completion.MapGet("/customer-ids", CompleteCustomerIds)
            .WithName(CustomerIds)
            .WithSummary("Complete a customer id")
            .WithDescription("Returns the customer ids that start with the prefix, in ascending order; without a prefix, the newest ids.")
            .Reads()
            .HiddenFromTools();

        completion.MapGet("/customers", CompleteCustomers)
            .WithName(Customers)
            .WithSummary("Complete a customer's name")
            .WithDescription("Returns the names of customers whose name or e-mail address matches the typed words by their beginnings, sorted.")
            .Reads()
            .HiddenFromTools();
    }

    private static async Task<Ok<CompletionResponse>> CompleteOrderIds(
        [AsParameters] CompletionParameters typed, OrdersDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.CompleteIdsAsync(IdTable.Orders, typed.Prefix ?? "", cancellationToken));

    private static async Task<Ok<CompletionResponse>> CompleteCustomerIds(
        [AsParameters] CompletionParameters typed, OrdersDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.CompleteIdsAsync(IdTable.Customers, typed.Prefix ?? "", cancellationToken));

    private static async Task<Ok<CompletionResponse>> CompleteCustomers(
        [AsParameters] CompletionParameters typed, OrdersDbContext db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.CompleteNamesAsync(typed.Prefix ?? "", cancellationToken));
}

/// <summary>The parameters of every completion.</summary>
internal sealed record CompletionParameters(
    [property: FromQuery(Name = "prefix"), Prefix, Description("The text typed so far; may be empty.")]
    string? Prefix);

/// <summary>A completion as MCP defines it (server/utilities/completion).</summary>
[Description("Completions of the typed text.")]
public sealed record CompletionResponse(
    [property: Untrusted, Description("The completions, at most 100.")] IReadOnlyList<string> Values,
    [property: Description("The number of completions; null if there are more than were counted."), Example(1)]
    int? Total,
    [property: Description("Whether there are more completions.")] bool HasMore)
{
    public const int MaxValues = 100;

    public static readonly CompletionResponse None = new([], 0, HasMore: false);

    /// <summary>A response with the values found; all of them unless <paramref name="isCut"/>.</summary>
    public static CompletionResponse Of(IReadOnlyList<string> found, bool isCut = false) => found.Count > MaxValues || isCut
        ? new CompletionResponse([.. found.Take(MaxValues)], Total: null, HasMore: true)
        : new CompletionResponse(found, found.Count, HasMore: false);
}

/// <summary>The text typed so far: anything, up to a maximum length.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PrefixAttribute() : System.ComponentModel.DataAnnotations.StringLengthAttribute(100)
{
    public override bool IsValid(object? value) => value is not string text || text.Length <= MaximumLength;

    public override string FormatErrorMessage(string name) => $"must be at most {MaximumLength} characters.";
}
