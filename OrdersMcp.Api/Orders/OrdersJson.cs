using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Orders;

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
internal sealed partial class OrdersJson : JsonSerializerContext;
