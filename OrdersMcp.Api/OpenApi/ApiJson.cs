using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Administration;
using OrdersMcp.Api.Audit;
using OrdersMcp.Api.Changes;
using OrdersMcp.Api.Completion;
using OrdersMcp.Api.Customers;
using OrdersMcp.Api.Exports;
using OrdersMcp.Api.Orders;
using OrdersMcp.Api.Products;
using OrdersMcp.Api.Statistics;

namespace OrdersMcp.Api.OpenApi;

/// <summary>Generated serializers for what the API reads and writes.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(OrderResponse))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(OrderHistoryPage))]
[JsonSerializable(typeof(CreateOrderRequest))]
[JsonSerializable(typeof(AddOrderNoteRequest))]
[JsonSerializable(typeof(ShipOrderRequest))]
[JsonSerializable(typeof(CancelOrderRequest))]
[JsonSerializable(typeof(IReadOnlyList<StockShortage>))]
[JsonSerializable(typeof(List<StockShortage>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(CustomerResponse))]
[JsonSerializable(typeof(CustomerPage))]
[JsonSerializable(typeof(ProductResponse))]
[JsonSerializable(typeof(ProductPage))]
[JsonSerializable(typeof(OrderStatistics))]
[JsonSerializable(typeof(OrderChange))]
[JsonSerializable(typeof(ToolCallBatch))]
[JsonSerializable(typeof(ToolCallsRecorded))]
[JsonSerializable(typeof(ToolCallPage))]
[JsonSerializable(typeof(ExportOrdersRequest))]
[JsonSerializable(typeof(ExportJob))]
[JsonSerializable(typeof(IReadOnlyList<ExportedOrder>))]
[JsonSerializable(typeof(CompletionAnswer))]
[JsonSerializable(typeof(ServiceInformation))]
[JsonSerializable(typeof(ResetAnswer))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;

internal static class ApiJson
{
    public static void AddApiJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(options =>
    {
        options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJsonContext.Default);

        // The web defaults also read numbers from strings, and so describe every number as "integer or string".
        options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
    });
}
