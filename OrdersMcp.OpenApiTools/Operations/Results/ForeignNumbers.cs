namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// Numbers that are not valid JSON but that some programs write, such as Python: <c>NaN</c>, <c>Infinity</c> and
/// <c>-Infinity</c>. They are read as null, as JavaScript writes them.
/// </summary>
internal static class ForeignNumbers
{
    /// <summary>Replaces them with null literals. Returns null if there are none: then the JSON has another fault.</summary>
    public static byte[]? Replace(ReadOnlySpan<byte> json)
    {
        var replaced = new List<byte>(json.Length);
        var (isText, found) = (false, false);
        for (var i = 0; i < json.Length; i++)
        {
            if (isText)
            {
                replaced.Add(json[i]);
                if (json[i] == '\\' && i + 1 < json.Length)
                {
                    replaced.Add(json[++i]);
                }
                else if (json[i] == '"')
                {
                    isText = false;
                }
            }
            else if (LengthOf(json[i..]) is > 0 and var length)
            {
                replaced.AddRange("null"u8);
                i += length - 1;
                found = true;
            }
            else
            {
                isText = json[i] == '"';
                replaced.Add(json[i]);
            }
        }

        return found ? [.. replaced] : null;
    }

    private static int LengthOf(ReadOnlySpan<byte> json) => json switch
    {
        _ when json.StartsWith("NaN"u8) => 3,
        _ when json.StartsWith("Infinity"u8) => 8,
        _ when json.StartsWith("-Infinity"u8) => 9,
        _ => 0,
    };
}
