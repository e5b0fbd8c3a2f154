using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>
/// What the server must know of a call when its client repeats it with a person's answer: the <c>requestState</c> of
/// MCP 2026-07-28 (basic/patterns/mrtr). It travels sealed, bound to caller, tool and arguments.
/// </summary>
/// <param name="Expires">When it ends, in seconds since 1970.</param>
/// <param name="Nonce">Different for each that is made.</param>
/// <param name="Version">The entity tag of what was shown.</param>
/// <param name="Key">The idempotency key that was made for the call, if the operation takes one and none was given.</param>
/// <param name="Trace">The trace context of the first call, for a link from its repeats.</param>
internal sealed record ConfirmationState(
    [property: JsonPropertyName("e")] long Expires,
    [property: JsonPropertyName("n")] string Nonce,
    [property: JsonPropertyName("v")] string? Version,
    [property: JsonPropertyName("k")] string? Key,
    [property: JsonPropertyName("t")] string? Trace = null)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ConfirmationJson.Default.ConfirmationState);

    /// <summary>Reads what <see cref="ToBytes"/> wrote; the seal says that it did.</summary>
    public static ConfirmationState Read(byte[] payload) =>
        JsonSerializer.Deserialize(payload, ConfirmationJson.Default.ConfirmationState)!;
}

[JsonSerializable(typeof(ConfirmationState))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ConfirmationJson : JsonSerializerContext;
