using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.Api.Http.Paging;

/// <summary>
/// A position in a list: that of the last item read, with a fingerprint of the list and its filters, authenticated by a key.
/// So a position is always one that this API wrote.
/// </summary>
internal sealed record Cursor(uint List, string Position)
{
    private const byte Format = 3;
    private const int HeaderLength = 1 + sizeof(uint);
    private const int CodeLength = 16;
    private const int MaxPositionLength = 100;
    private const int MaxByteCount = HeaderLength + MaxPositionLength + CodeLength;

    public string ToText(ReadOnlySpan<byte> key)
    {
        var position = Encoding.UTF8.GetBytes(Position);
        Span<byte> bytes = stackalloc byte[HeaderLength + position.Length + CodeLength];
        bytes[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], List);
        position.CopyTo(bytes[HeaderLength..]);
        Authenticate(key, bytes[..^CodeLength], bytes[^CodeLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Whether the text has the form of a cursor. Only <see cref="TryParse"/> tells whether this API wrote it.</summary>
    public static bool HasForm(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[MaxByteCount];
        return TryDecode(text, bytes, out _);
    }

    public static bool TryParse(ReadOnlySpan<char> text, ReadOnlySpan<byte> key, [NotNullWhen(true)] out Cursor? cursor)
    {
        cursor = null;
        Span<byte> buffer = stackalloc byte[MaxByteCount];
        if (!TryDecode(text, buffer, out var length))
        {
            return false;
        }

        var bytes = buffer[..length];
        Span<byte> code = stackalloc byte[CodeLength];
        Authenticate(key, bytes[..^CodeLength], code);
        if (!CryptographicOperations.FixedTimeEquals(code, bytes[^CodeLength..]))
        {
            return false;
        }

        cursor = new Cursor(
            BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
            Encoding.UTF8.GetString(bytes[HeaderLength..^CodeLength]));
        // Decoding ignores some bits of the last character. Accept only the canonical text.
        return text.SequenceEqual(Base64Url.EncodeToString(bytes));
    }

    private static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes, out int length)
    {
        length = 0;
        return text.Length <= Base64Url.GetEncodedLength(MaxByteCount)
            && Base64Url.DecodeFromChars(text, bytes, out var read, out length) == OperationStatus.Done
            && read == text.Length
            && length >= HeaderLength + CodeLength
            && bytes[0] == Format;
    }

    /// <summary>A fingerprint of a list and its filters, the same in every process.</summary>
    public static uint Fingerprint(params ReadOnlySpan<object?> listAndFilters) => BinaryPrimitives.ReadUInt32BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', listAndFilters))));

    private static void Authenticate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload, Span<byte> code)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, payload, hash);
        hash[..CodeLength].CopyTo(code);
    }
}

/// <summary>A parameter for a cursor.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class CursorAttribute() : ValidationAttribute(Rule)
{
    public const string Rule = "must be the unchanged nextCursor of an earlier page; omit it to get the first page.";

    public override bool IsValid(object? value) => value is not string text || Cursor.HasForm(text);
}
