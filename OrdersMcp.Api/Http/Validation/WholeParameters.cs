using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>
/// Reads integer parameters that are written with a fraction or an exponent, such as 1.0 and 1e2, as in bodies
/// (<see cref="WholeNumbers"/>): JSON Schema calls them integers, and clients of the document send them.
/// </summary>
internal static class WholeParameters
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Rewrites the values of the parameters to plain digits. Other values stay, and validation refuses them.</summary>
    public static void Normalize(HttpRequest request, string[] integers)
    {
        Dictionary<string, StringValues>? query = null;
        foreach (var name in integers)
        {
            if (request.RouteValues.TryGetValue(name, out var value))
            {
                if (Plain(value as string) is { } plain)
                {
                    request.RouteValues[name] = plain;
                }
            }
            else if (request.Query.TryGetValue(name, out var values) && values.Count == 1 && Plain(values[0]) is { } plain)
            {
                query ??= request.Query.ToDictionary(StringComparer.OrdinalIgnoreCase);
                query[name] = plain;
            }
        }

        if (query is not null)
        {
            request.Query = new QueryCollection(query);
        }
    }

    /// <summary>The digits of an integer in another notation; null for plain digits and for anything else.</summary>
    private static string? Plain(string? text) =>
        text is not null && text.AsSpan().IndexOfAny('.', 'e', 'E') > 0
        && decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out var number) && decimal.IsInteger(number)
        && number is >= long.MinValue and <= long.MaxValue
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : null;
}
