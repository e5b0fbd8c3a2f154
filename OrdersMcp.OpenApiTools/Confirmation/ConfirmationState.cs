using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>
/// The server's state of a call whose client repeats it with a person's answer: the <c>requestState</c> of MCP 2026-07-28
/// (basic/patterns/mrtr). The client carries it sealed, bound to caller, tool and arguments.
/// </summary>
/// <param name="Expires">The expiry, in seconds since 1970.</param>
/// <param name="Nonce">Unique for each state.</param>
/// <param name="Version">The entity tag of the version that was shown.</param>
/// <param name="Key">The idempotency key that the server derived, if the operation takes one and the call has none.</param>
/// <param name="Trace">The trace context of the first call, to link its repeats to it.</param>
internal sealed record ConfirmationState(
    [property: JsonPropertyName("e")] long Expires,
    [property: JsonPropertyName("n")] string Nonce,
    [property: JsonPropertyName("v")] string? Version,
    [property: JsonPropertyName("k")] string? Key,
    [property: JsonPropertyName("t")] string? Trace = null)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ConfirmationJson.Default.ConfirmationState);

    /// <summary>Reads the output of <see cref="ToBytes"/>. The seal guarantees its origin.</summary>
    public static ConfirmationState Read(byte[] payload) =>
        JsonSerializer.Deserialize(payload, ConfirmationJson.Default.ConfirmationState)!;
}

[JsonSerializable(typeof(ConfirmationState))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ConfirmationJson : JsonSerializerContext;
