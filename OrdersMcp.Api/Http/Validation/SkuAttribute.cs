using System.ComponentModel.DataAnnotations;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>A stock-keeping unit.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class SkuAttribute : RegularExpressionAttribute
{
    public SkuAttribute()
        : base("^[A-Z0-9][A-Z0-9-]{0,39}$") =>
        ErrorMessage = "must be a SKU: 1 to 40 capital letters, digits and hyphens, such as LAP-14.";
}
