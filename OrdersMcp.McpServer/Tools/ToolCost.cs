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
    private const int LettersPerToken = 8;
    private const int DigitsPerToken = 3;
    private const int SignsPerToken = 3;

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
        var kind = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var next = Rune.IsLetter(rune) ? 1 : Rune.IsDigit(rune) ? 2 : Rune.IsWhiteSpace(rune) ? 0 : 3;
            run = next == kind ? run + 1 : 1;
            kind = next;
            var perToken = kind switch
            {
                1 => rune.IsAscii ? LettersPerToken : 1,
                2 => DigitsPerToken,
                3 => SignsPerToken,
                _ => int.MaxValue,
            };
            tokens += kind != 0 && (run - 1) % perToken == 0 ? 1 : 0;
        }

        return tokens;
    }

    private static string Compact(JsonElement schema) => JsonSerializer.Serialize(schema, Readable);
}
