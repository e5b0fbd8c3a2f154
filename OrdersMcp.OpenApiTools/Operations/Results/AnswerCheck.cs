using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Arguments;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>
/// Finds the structured content that a tool's output schema allows for an answer, because clients refuse a result whose
/// content is missing or breaks the schema. If the answer does not fit, the content is the answer without its nulls, the
/// answer in the property <c>unexpectedAnswer</c>, or an empty object. If the schema has required properties, there may be
/// none.
/// </summary>
internal sealed class AnswerCheck(ToolOutput output)
{
    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    private readonly Lazy<ArgumentSchema>? _schema = output.Schema is { } schema
        ? new(() => ArgumentSchema.Compile(schema, FrozenSet<string>.Empty))
        : null;

    /// <summary>The content for a JSON answer.</summary>
    /// <param name="answer">The answer as the API sent it.</param>
    /// <param name="candidate">The answer in the schema's form: in the property <c>result</c> if not an object.</param>
    public CheckedAnswer Check(JsonElement answer, JsonElement candidate)
    {
        if (_schema is null)
        {
            return default;
        }

        if (ProblemOf(candidate) is not { } problem)
        {
            return new CheckedAnswer(candidate, Problem: null);
        }

        return new CheckedAnswer(
            (WithoutNulls(candidate) is { } rest ? Fitting(rest) : null) ?? Fitting(Beside(answer.GetRawText())) ?? Fitting(Empty), problem);
    }

    /// <summary>The content for an answer that is text, bytes or empty.</summary>
    public CheckedAnswer CheckOther(string? text, string said) => _schema is null
        ? default
        : new CheckedAnswer((text is null ? null : Fitting(Beside(JsonSerializer.Serialize(text, ReadableJson.Options)))) ?? Fitting(Empty), ("", said));

    private JsonElement? Fitting(JsonElement content) => ProblemOf(content) is null ? content : null;

    private (string Path, string Rule)? ProblemOf(JsonElement content)
    {
        if (content.ValueKind != JsonValueKind.Object)
        {
            return ("", $"must be an object, but is {JsonTypesOf.Describe(content)}");
        }

        try
        {
            return _schema!.Value.FirstProblem(content);
        }
        catch (InvalidOperationException)
        {
            return ("", "has text that is not Unicode"); // half a character: JSON can encode it, but no string can hold it
        }
    }

    private static JsonElement Beside(string json) => JsonElement.Parse($$"""{"{{ToolOutput.UnexpectedProperty}}":{{json}}}""");

    /// <summary>Most answers that break their schema have null where the schema allows only absence.</summary>
    private static JsonElement? WithoutNulls(JsonElement content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        try
        {
            using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = ReadableJson.Options.Encoder, SkipValidation = true });
            Write(writer, content);
        }
        catch (InvalidOperationException)
        {
            return null; // a name that is not Unicode
        }

        return JsonElement.Parse(buffer.WrittenSpan);

        static void Write(Utf8JsonWriter writer, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    writer.WriteStartObject();
                    foreach (var member in value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
                    {
                        writer.WritePropertyName(member.Name);
                        Write(writer, member.Value);
                    }

                    writer.WriteEndObject();
                    break;
                case JsonValueKind.Array:
                    writer.WriteStartArray();
                    foreach (var item in value.EnumerateArray())
                    {
                        Write(writer, item);
                    }

                    writer.WriteEndArray();
                    break;
                default:
                    value.WriteTo(writer);
                    break;
            }
        }
    }
}

/// <summary>The structured content that a client gets, and the problem with the answer.</summary>
/// <param name="Content">The structured content, or null if none is possible.</param>
/// <param name="Problem">The path and rule of the answer's first mismatch with its schema; null if it matches.</param>
internal readonly record struct CheckedAnswer(JsonElement? Content, (string Path, string Rule)? Problem);
