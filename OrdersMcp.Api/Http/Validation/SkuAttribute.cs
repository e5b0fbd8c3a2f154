using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>A stock-keeping unit.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class SkuAttribute : RegularExpressionAttribute
{
    private static readonly SkuAttribute Rule = new();

    public SkuAttribute()
        : base("^[A-Z0-9][A-Z0-9-]{0,39}$") =>
        ErrorMessage = "must be a SKU: 1 to 40 capital letters, digits and hyphens, such as LAP-14.";

    public static bool TryParse(string text, [NotNullWhen(true)] out string? sku)
    {
        sku = text.Length > 0 && Rule.IsValid(text) ? text : null;
        return sku is not null;
    }
}
