using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Completion;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(CompletionAnswer))]
internal sealed partial class CompletionJson : JsonSerializerContext;
