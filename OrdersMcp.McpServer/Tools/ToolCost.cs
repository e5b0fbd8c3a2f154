using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Tools;

/// <summary>
/// What a tool costs a model, estimated without a tokenizer: deterministic, the same on every machine, and near enough
/// to compare and to bound (docs/tools.md says how near).
/// </summary>
/// <param name="Tokens">Name, description and input schema: what clients pass on to a model.</param>
/// <param name="OutputTokens">The output schema, which most clients keep to themselves.</param>
internal sealed record ToolCost(int Tokens, int OutputTokens)
{
    /// <summary>Of each <see cref="Kind"/>; a letter beyond ASCII is a token of its own.</summary>
    private static readonly int[] PerToken = [int.MaxValue, 8, 3, 3];

    private static readonly Kind[] AsciiKinds = [.. Enumerable.Range(0, 128).Select(code => KindOf(new Rune(code)))];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ToolCost Of(Tool tool) => new(
        Count(tool.Name) + Count(tool.Description ?? "") + Count(Compact(tool.InputSchema)),
        tool.OutputSchema is { } output ? Count(Compact(output)) : 0);

    /// <summary>
    /// A word is one token for each 8 letters begun, a number one for each 3 digits and a run of other signs one for each
    /// 3; white space counts with what follows it.
    /// </summary>
    public static int Count(string text)
    {
        var (tokens, run) = (0, 0);
        var kind = Kind.Space;
        for (var i = 0; i < text.Length; i++)
        {
            var (next, perToken) = text[i] < AsciiKinds.Length
                ? (AsciiKinds[text[i]], PerToken[(int)AsciiKinds[text[i]]])
                : OfRune(text, ref i);
            run = next == kind ? run + 1 : 1;
            kind = next;
            tokens += kind != Kind.Space && (run - 1) % perToken == 0 ? 1 : 0;
        }

        return tokens;
    }

    /// <summary>Beyond ASCII; <paramref name="i"/> then stands on the character's last half.</summary>
    private static (Kind Kind, int PerToken) OfRune(string text, ref int i)
    {
        var rune = Rune.TryGetRuneAt(text, i, out var whole) ? whole : Rune.ReplacementChar;
        i += rune.Utf16SequenceLength - 1;
        var kind = KindOf(rune);
        return (kind, kind == Kind.Letters ? 1 : PerToken[(int)kind]);
    }

    private static Kind KindOf(Rune rune) =>
        Rune.IsLetter(rune) ? Kind.Letters : Rune.IsDigit(rune) ? Kind.Digits : Rune.IsWhiteSpace(rune) ? Kind.Space : Kind.Signs;

    private enum Kind : byte
    {
        Space,
        Letters,
        Digits,
        Signs,
    }

    private static string Compact(JsonElement schema) => JsonSerializer.Serialize(schema, Readable);
}
