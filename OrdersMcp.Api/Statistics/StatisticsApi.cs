using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Statistics;

internal static class StatisticsApi
{
    /// <summary>The app that shows statistics.</summary>
    public const string App = "order-statistics";

    public static void AddStatistics(this IServiceCollection services) => services.AddJson(StatisticsJson.Default);

    public static void MapStatistics(this IEndpointRouteBuilder routes) => routes
        .MapGet("/statistics/orders", GetOrderStatistics)
        .WithTags("orders")
        .BuffersResponses()
        .ValidateParameters()
        .ProducesCommonErrors()
        .WithName("get_order_statistics")
        .WithSummary("Get order statistics")
        .WithDescription(
            "Counts orders and computes revenue and average over a period, by day, week, status, customer or product. "
            + "Excludes cancelled orders except by status. Use it instead of adding up list_orders.")
        .Reads()
        .ShownIn(App);

    private static async Task<Ok<OrderStatistics>> GetOrderStatistics(
        [AsParameters] OrderStatisticsParameters parameters,
        NpgsqlDataSource database,
        Caller caller,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await database.AggregateAsync(parameters, caller.CustomerId, cancellationToken));
}
