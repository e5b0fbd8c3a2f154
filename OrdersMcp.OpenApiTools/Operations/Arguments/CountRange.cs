using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>How many characters, items or properties a value may have.</summary>
internal sealed record CountRange(int? Least, int? Most)
{
    public bool IsOpen => Least is null && Most is null;

    public static CountRange Of(JsonElement schema, string least, string most) => new(Count(schema, least), Count(schema, most));

    public bool Excludes(int count) => count < Least || count > Most;

    public override string ToString() => Least is null ? $"at most {Most}"
        : Most is null ? $"at least {Least}"
        : Least == Most ? $"{Least}"
        : $"{Least} to {Most}";

    private static int? Count(JsonElement schema, string keyword) =>
        schema.Member(keyword) is { ValueKind: JsonValueKind.Number } value ? (int)Math.Min(value.GetDouble(), int.MaxValue) : null;
}
