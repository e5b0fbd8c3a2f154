using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>An amount within the range of the column type numeric(18,2).</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class MoneyAttribute() : RangeAttribute(typeof(decimal), "0", "9999999999999999.99")
{
    /// <summary>The largest amount.</summary>
    public const decimal Max = 9_999_999_999_999_999.99m;
}
