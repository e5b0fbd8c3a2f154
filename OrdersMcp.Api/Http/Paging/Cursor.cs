using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.Api.Http.Paging;

/// <summary>
/// A position in a list: that of the last item read, with a fingerprint of the list and its filters. It grants nothing, so
/// it is not signed. Its checksum turns a mistyped or altered cursor into an error instead of a wrong page.
/// </summary>
internal sealed record Cursor(uint List, string Position)
{
    private const byte Format = 2;
    private const int HeaderLength = 1 + sizeof(uint);
    private const int ChecksumLength = 8;
    private const int MaxPositionLength = 100;
    private const int MaxByteCount = HeaderLength + MaxPositionLength + ChecksumLength;

    public override string ToString()
    {
        var position = Encoding.UTF8.GetBytes(Position);
        Span<byte> bytes = stackalloc byte[HeaderLength + position.Length + ChecksumLength];
        bytes[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], List);
        position.CopyTo(bytes[HeaderLength..]);
        WriteChecksum(bytes[..^ChecksumLength], bytes[^ChecksumLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Cursor? cursor)
    {
        cursor = null;
        if (text.Length > Base64Url.GetEncodedLength(MaxByteCount))
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[MaxByteCount + 3];
        if (Base64Url.DecodeFromChars(text, buffer, out var read, out var length) != OperationStatus.Done
            || read != text.Length
            || length < HeaderLength + ChecksumLength)
        {
            return false;
        }

        var bytes = buffer[..length];
        Span<byte> checksum = stackalloc byte[ChecksumLength];
        WriteChecksum(bytes[..^ChecksumLength], checksum);
        if (bytes[0] != Format || !checksum.SequenceEqual(bytes[^ChecksumLength..]))
        {
            return false;
        }

        cursor = new Cursor(
            BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]),
            Encoding.UTF8.GetString(bytes[HeaderLength..^ChecksumLength]));
        // Each position has exactly one text: decoding drops some bits of the last character.
        return text.SequenceEqual(cursor.ToString());
    }

    /// <summary>A fingerprint of a list and its filters, the same in every process.</summary>
    public static uint Fingerprint(params ReadOnlySpan<object?> listAndFilters) => BinaryPrimitives.ReadUInt32BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', listAndFilters))));

    private static void WriteChecksum(ReadOnlySpan<byte> payload, Span<byte> checksum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        hash[..ChecksumLength].CopyTo(checksum);
    }
}

/// <summary>A parameter for a cursor.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class CursorAttribute() : ValidationAttribute(
    "must be the nextCursor of an earlier page, unchanged; leave it out to start with the first page.")
{
    public override bool IsValid(object? value) => value is not string text || Cursor.TryParse(text, out _);
}
