using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Completion;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(CompletionResponse))]
internal sealed partial class CompletionJson : JsonSerializerContext;
