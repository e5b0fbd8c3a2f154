using System.Text.Json;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>A JSON number: exact if a decimal can hold it (0.1, and integers beyond 2^53), otherwise approximate.</summary>
internal readonly record struct JsonNumber
{
    private const double Tolerance = 1e-9;

    private readonly double _near;
    private readonly decimal? _exact;

    private JsonNumber(double near, decimal? exact) => (_near, _exact) = (near, exact);

    public static JsonNumber Of(JsonElement value)
    {
        var near = value.GetDouble();
        // A number too small for a decimal parses as zero.
        return new JsonNumber(near, value.TryGetDecimal(out var exact) && (exact != 0 || near == 0) ? exact : null);
    }

    /// <summary>Less than zero, zero or more; null if there is nothing to compare with.</summary>
    public int? CompareTo(JsonNumber? other) =>
        other is not { } number ? null
        : _exact is { } mine && number._exact is { } its ? mine.CompareTo(its)
        : _near.CompareTo(number._near);

    public bool IsMultipleOf(JsonNumber step)
    {
        if (_exact is { } number && step._exact is { } exact)
        {
            return number % exact == 0;
        }

        var quotient = _near / step._near;
        return !double.IsFinite(quotient) || Math.Abs(quotient - Math.Round(quotient)) <= Tolerance * Math.Max(1, Math.Abs(quotient));
    }

    public override string ToString() => _near.ToString("G15");
}
