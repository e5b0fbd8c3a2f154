namespace OrdersMcp.McpServer.Operations.Results;

/// <summary>
/// Numbers that JSON does not have and that programs write all the same: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, as
/// Python does. They are read as null, which is what JavaScript writes for them.
/// </summary>
internal static class ForeignNumbers
{
    /// <summary>The bytes with null in their place; null where there are none, so that something else is wrong.</summary>
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
