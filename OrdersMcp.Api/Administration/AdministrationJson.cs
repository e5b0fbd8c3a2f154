using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Administration;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ServiceInformation))]
[JsonSerializable(typeof(DemoDataReset))]
internal sealed partial class AdministrationJson : JsonSerializerContext;
