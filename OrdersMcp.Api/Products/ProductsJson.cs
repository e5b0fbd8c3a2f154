using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Products;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(ProductResponse))]
[JsonSerializable(typeof(ProductPage))]
internal sealed partial class ProductsJson : JsonSerializerContext;
