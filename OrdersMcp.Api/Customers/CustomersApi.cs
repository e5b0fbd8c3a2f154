using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Completion;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Customers;

internal static class CustomersApi
{
    public static void AddCustomers(this IServiceCollection services) => services.AddJson(CustomersJson.Default);

    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        var customers = routes.MapGroup("/customers").WithTags("customers").BuffersResponses().ValidateParameters().ProducesCommonErrors();

        customers.MapGet("/", SearchCustomers)
            .WithName("search_customers")
            .WithSummary("Search customers")
            .WithDescription("Finds customers by name or e-mail. Returns the id for list_orders and create_order.")
            .Reads();

        customers.MapGet("/{customerId}", GetCustomer)
            .WithName("get_customer")
            .WithSummary("Get a customer")
            .WithDescription("Returns a customer's name, e-mail and status. For orders, use list_orders.")
            .Reads()
            .AsResource("orders://customers/{customerId}", ("customerId", CompletionApi.CustomerIds))
            .ProducesError(404, "There is no customer with this id or e-mail address.");
    }

    private static async Task<Results<Ok<CustomerPage>, ProblemHttpResult>> SearchCustomers(
        [AsParameters] SearchCustomersParameters search, OrdersDbContext db, ListPages pages, CancellationToken cancellationToken)
    {
        return pages.Open<long>(search.Cursor, search.List, ItemNumber.TryParse, out var after) is { } refusal
            ? refusal
            : TypedResults.Ok(await db.SearchCustomersAsync(pages, search, after, cancellationToken));
    }

    private static async Task<Results<Ok<CustomerResponse>, ProblemHttpResult>> GetCustomer(
        [CustomerKey, Description("Id or exact e-mail."), Example("alice.johnson@example.com")] string customerId,
        OrdersDbContext db,
        CancellationToken cancellationToken) =>
        await db.FindCustomerAsync(customerId, cancellationToken) is { } found
            ? TypedResults.Ok(found)
            : Problems.Create(
                StatusCodes.Status404NotFound,
                "customer-not-found",
                "Customer not found",
                $"There is no customer {customerId}. Use search_customers to find customers by name or e-mail.");
}
