using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace OrdersMcp.Api.Data;

/// <summary>An enum value as text in the database: <c>OrderStatus.Shipped</c> is <c>shipped</c>.</summary>
internal sealed class LowercaseEnumConverter<TEnum>() : ValueConverter<TEnum, string>(
    value => value.ToString().ToLowerInvariant(),
    text => Enum.Parse<TEnum>(text, ignoreCase: true))
    where TEnum : struct, Enum;
