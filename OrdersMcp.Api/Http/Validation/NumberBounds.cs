using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>The range of a number: from its attribute, or else from its type.</summary>
internal static class NumberBounds
{
    public static (decimal Smallest, decimal Largest) Of(Type type, RangeAttribute? range)
    {
        if (range is not null)
        {
            return (
                Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture),
                Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture));
        }

        return type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
    }

    public static NumberStyles StyleOf(Type type) => type == typeof(decimal)
        ? NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
        : NumberStyles.AllowLeadingSign;

    public static string KindOf(Type type) => type == typeof(decimal) ? "a number" : "an integer";
}
