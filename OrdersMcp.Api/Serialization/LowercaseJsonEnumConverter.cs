using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Api.Serialization;

/// <summary>An enum value as text: <c>OrderStatus.Shipped</c> is <c>shipped</c>.</summary>
internal sealed class LowercaseJsonEnumConverter<TEnum>()
    : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
