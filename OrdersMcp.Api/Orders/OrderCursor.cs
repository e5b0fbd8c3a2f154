using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace OrdersMcp.Api.Orders;

/// <summary>
/// A place in a list of orders: the last order that was seen, and a fingerprint of the list's filters. It grants
/// nothing, so it is not signed; its checksum turns a mistyped or altered cursor into an error instead of a wrong page.
/// </summary>
internal sealed record OrderCursor(DateTimeOffset PlacedAt, long OrderId, uint Filters)
{
    private const byte Format = 1;
    private const int PayloadLength = 1 + sizeof(long) + sizeof(long) + sizeof(uint);
    private const int ChecksumLength = 8;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[PayloadLength + ChecksumLength];
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], PlacedAt.UtcTicks);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], OrderId);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[17..], Filters);
        WriteChecksum(bytes[..PayloadLength], bytes[PayloadLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out OrderCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[PayloadLength + ChecksumLength];
        Span<byte> checksum = stackalloc byte[ChecksumLength];
        if (text.Length != Base64Url.GetEncodedLength(bytes.Length)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done
            || length != bytes.Length)
        {
            return false;
        }

        WriteChecksum(bytes[..PayloadLength], checksum);
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        if (bytes[0] != Format
            || !checksum.SequenceEqual(bytes[PayloadLength..])
            || ticks < DateTimeOffset.MinValue.Ticks
            || ticks > DateTimeOffset.MaxValue.Ticks)
        {
            return false;
        }

        cursor = new OrderCursor(
            new DateTimeOffset(ticks, TimeSpan.Zero),
            BinaryPrimitives.ReadInt64BigEndian(bytes[9..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[17..]));
        return true;
    }

    /// <summary>A fingerprint of what a list is filtered by, the same in every process.</summary>
    public static uint FiltersOf(ListOrdersParameters list)
    {
        Span<byte> bytes = stackalloc byte[1 + sizeof(long)];
        bytes[0] = list.Status is { Value: var status } ? (byte)(status + 1) : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], list.CustomerId ?? 0);
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(bytes));
    }

    private static void WriteChecksum(ReadOnlySpan<byte> payload, Span<byte> checksum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        hash[..ChecksumLength].CopyTo(checksum);
    }
}

/// <summary>A parameter that takes a cursor.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class OrderCursorAttribute() : ValidationAttribute(
    "must be the nextCursor of an earlier page, unchanged; leave it out to start with the first page.")
{
    public override bool IsValid(object? value) => value is not string text || OrderCursor.TryParse(text, out _);
}
