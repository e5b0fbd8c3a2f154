using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Statistics;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(OrderStatistics))]
internal sealed partial class StatisticsJson : JsonSerializerContext;
