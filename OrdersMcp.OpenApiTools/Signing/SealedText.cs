using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.OpenApiTools.Signing;

/// <summary>
/// Text that a client carries for the server and cannot alter: <c>v1.payload.signature</c>. The signature is the
/// HMAC-SHA256 of the payload and of the values it is bound to. The text does not contain these values; opening it needs
/// them.
/// </summary>
/// <param name="key">A key for this purpose only.</param>
/// <param name="accepted">Keys whose signatures are accepted too.</param>
internal sealed class SealedText(byte[] key, params byte[][] accepted)
{
    /// <summary>Longer texts are not from this server, and are refused before any computation.</summary>
    private const int Longest = 4096;

    private const string Version = "v1";

    public string Seal(ReadOnlySpan<byte> payload, params ReadOnlySpan<string> boundTo) =>
        Seal(key, payload, boundTo);

    /// <summary>The payload, or null if the text was not sealed for this purpose.</summary>
    public byte[]? Open(string text, params ReadOnlySpan<string> boundTo)
    {
        if (text.Length > Longest || text.Split('.') is not [Version, var encoded, _] || !Base64Url.IsValid(encoded))
        {
            return null;
        }

        // Compares the whole text, not the decoded signature: base64 has several encodings of the same bytes.
        var payload = Base64Url.DecodeFromChars(encoded);
        foreach (var each in (ReadOnlySpan<byte[]>)[key, .. accepted])
        {
            var expected = Seal(each, payload, boundTo);
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(text)))
            {
                return payload;
            }
        }

        return null;
    }

    private static string Seal(byte[] key, ReadOnlySpan<byte> payload, ReadOnlySpan<string> boundTo) =>
        $"{Version}.{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(Sign(key, payload, boundTo))}";

    private static byte[] Sign(byte[] key, ReadOnlySpan<byte> payload, ReadOnlySpan<string> boundTo)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in boundTo)
        {
            Append(hmac, Encoding.UTF8.GetBytes(part));
        }

        Append(hmac, payload);
        return hmac.GetHashAndReset();
    }

    /// <summary>Prefixes each part with its length, so that bytes cannot move from one part to the next.</summary>
    private static void Append(IncrementalHash hmac, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hmac.AppendData(length);
        hmac.AppendData(part);
    }
}
