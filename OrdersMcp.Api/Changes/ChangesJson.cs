using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Changes;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(OrderChange))]
[JsonSerializable(typeof(DocumentChange))]
internal sealed partial class ChangesJson : JsonSerializerContext;
