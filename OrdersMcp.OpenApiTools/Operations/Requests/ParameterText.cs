using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>Writes values in the styles of OpenAPI (3.1, 4.8.12.4), which follow RFC 6570.</summary>
internal static class ParameterText
{
    /// <summary>A value as text: a string without its quotes, anything else as JSON.</summary>
    public static string Of(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    /// <summary>A path parameter: simple, label or matrix. No character of a value ends its segment.</summary>
    public static string InPath(string name, JsonElement value, ParameterStyle style) => style.Name switch
    {
        "label" => $".{Joined(value, style.Explode, style.Explode ? '.' : ',', Escape)}",
        "matrix" => Matrix(Escape(name), value, style.Explode),
        _ => Joined(value, style.Explode, ',', Escape),
    };

    /// <summary>A header, which has the style simple and no escapes.</summary>
    public static string InHeader(JsonElement value, ParameterStyle style) => Joined(value, style.Explode, ',', static text => text);

    /// <summary>
    /// Appends <c>name=value</c> pairs separated by <c>&amp;</c>, as in a query or a form; each pair can also be a cookie.
    /// </summary>
    public static void AppendPairs(StringBuilder target, string name, JsonElement value, ParameterStyle style)
    {
        Func<string, string> escape = style.AllowReserved ? EscapeButReserved : Escape;
        switch (value.ValueKind, style.Name, style.Explode)
        {
            case (JsonValueKind.Object, "deepObject", _):
                AppendDeep(target, Escape(name), value, escape);
                break;
            case (JsonValueKind.Object, _, true):
                foreach (var member in value.EnumerateObject())
                {
                    AppendPair(target, Escape(member.Name), escape(Of(member.Value)));
                }

                break;
            case (JsonValueKind.Array, "deepObject", _):
                AppendDeep(target, Escape(name), value, escape);
                break;
            case (JsonValueKind.Array, _, true):
                foreach (var item in value.EnumerateArray())
                {
                    AppendPair(target, Escape(name), escape(Of(item)));
                }

                break;
            case (JsonValueKind.Array or JsonValueKind.Object, _, _):
                var separator = style.Name switch
                {
                    "spaceDelimited" => "%20",
                    "pipeDelimited" => "%7C",
                    _ => ",",
                };
                var parts = Parts(value, isExploded: false, escape).ToArray();
                if (parts.Length > 0)
                {
                    AppendPair(target, Escape(name), string.Join(separator, parts));
                }

                break;
            default:
                AppendPair(target, Escape(name), escape(Of(value)));
                break;
        }
    }

    /// <summary>
    /// The specification defines one level. Deeper levels add brackets, as Rails, PHP, qs and Stripe read them.
    /// </summary>
    private static void AppendDeep(StringBuilder target, string name, JsonElement value, Func<string, string> escape)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    AppendDeep(target, $"{name}%5B{Escape(member.Name)}%5D", member.Value, escape);
                }

                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    AppendDeep(target, $"{name}%5B{index++}%5D", item, escape);
                }

                break;
            default:
                AppendPair(target, name, escape(Of(value)));
                break;
        }
    }

    private static void AppendPair(StringBuilder target, string name, string value)
    {
        if (target.Length > 0)
        {
            target.Append('&');
        }

        target.Append(name).Append('=').Append(value);
    }

    private static string Matrix(string name, JsonElement value, bool isExploded)
    {
        if (value.ValueKind == JsonValueKind.Object && isExploded)
        {
            return string.Concat(Parts(value, isExploded: true, Escape).Select(part => $";{part}"));
        }

        if (value.ValueKind == JsonValueKind.Array && isExploded)
        {
            return string.Concat(Parts(value, isExploded: true, Escape).Select(part => $";{name}={part}"));
        }

        var text = Joined(value, isExploded: false, ',', Escape);
        return text.Length == 0 ? $";{name}" : $";{name}={text}";
    }

    private static string Joined(JsonElement value, bool isExploded, char separator, Func<string, string> escape) =>
        value.ValueKind is JsonValueKind.Array or JsonValueKind.Object
            ? string.Join(separator, Parts(value, isExploded, escape))
            : escape(Of(value));

    /// <summary>Items; members as <c>name=value</c> if exploded, otherwise names and values in turn.</summary>
    private static IEnumerable<string> Parts(JsonElement value, bool isExploded, Func<string, string> escape)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray().Select(item => escape(Of(item)));
        }

        return isExploded
            ? value.EnumerateObject().Select(member => $"{escape(member.Name)}={escape(Of(member.Value))}")
            : value.EnumerateObject().SelectMany(member => new[] { escape(member.Name), escape(Of(member.Value)) });
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);

    /// <summary>
    /// Keeps the characters that RFC 3986 reserves, except characters that would end the value: <c>&amp; # +</c> and
    /// brackets.
    /// </summary>
    private static string EscapeButReserved(string text)
    {
        var escaped = new StringBuilder(Uri.EscapeDataString(text));
        foreach (var letter in ":/?@!$'()*,;=")
        {
            escaped.Replace($"%{(int)letter:X2}", letter.ToString());
        }

        return escaped.ToString();
    }
}
