using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.ToolCalls;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ToolCallBatch))]
[JsonSerializable(typeof(ToolCallsRecorded))]
[JsonSerializable(typeof(ToolCallPage))]
internal sealed partial class ToolCallsJson : JsonSerializerContext;
