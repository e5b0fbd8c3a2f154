using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace OrdersMcp.Api.Data;

/// <summary>An enum value as text in the database: <c>OrderStatus.Shipped</c> is <c>shipped</c>.</summary>
internal sealed class LowercaseEnumConverter<TEnum>() : ValueConverter<TEnum, string>(
    value => value.ToString().ToLowerInvariant(),
    text => Enum.Parse<TEnum>(text, ignoreCase: true))
    where TEnum : struct, Enum;

/// <summary>The same text in JSON.</summary>
internal sealed class LowercaseJsonEnumConverter<TEnum>()
    : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
