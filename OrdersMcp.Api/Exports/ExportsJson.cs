using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Exports;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ExportOrdersRequest))]
[JsonSerializable(typeof(ExportJob))]
[JsonSerializable(typeof(IReadOnlyList<ExportedOrder>))]
internal sealed partial class ExportsJson : JsonSerializerContext;
