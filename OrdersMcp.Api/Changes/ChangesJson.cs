using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Changes;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(OrderChange))]
internal sealed partial class ChangesJson : JsonSerializerContext;
