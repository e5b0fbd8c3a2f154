using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Customers;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(CustomerResponse))]
[JsonSerializable(typeof(CustomerPage))]
internal sealed partial class CustomersJson : JsonSerializerContext;
