using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Tools;

/// <summary>
/// The estimated cost of a tool for a model, without a tokenizer: deterministic, the same on every machine, and accurate
/// enough to compare and to limit (docs/tools.md states the accuracy).
/// </summary>
/// <param name="Tokens">Name, description and input schema, which clients pass on to a model.</param>
/// <param name="OutputTokens">The output schema, which most clients do not pass on.</param>
internal sealed record ToolCost(int Tokens, int OutputTokens)
{
    /// <summary>Characters per token of each <see cref="Kind"/>; a non-ASCII letter counts as one token.</summary>
    private static readonly int[] PerToken = [int.MaxValue, 8, 3, 3];

    private static readonly Kind[] AsciiKinds = [.. Enumerable.Range(0, 128).Select(code => KindOf(new Rune(code)))];

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ToolCost Of(Tool tool) => new(
        Count(tool.Name) + Count(tool.Description ?? "") + Count(Compact(tool.InputSchema)),
        tool.OutputSchema is { } output ? Count(Compact(output)) : 0);

    /// <summary>
    /// A word counts as one token per 8 letters or part of them, a number as one per 3 digits, and a run of other
    /// characters as one per 3. White space counts with the text after it.
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

    /// <summary>A character outside ASCII. Moves <paramref name="i"/> to its last code unit.</summary>
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
