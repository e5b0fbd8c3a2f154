using System.Security.Cryptography;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Response bodies of known and unknown length.</summary>
[Trait("Category", "Unit")]
public sealed class BoundedBodyTests
{
    private const int Limit = 100_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(70_000)]
    [InlineData(Limit)]
    public async Task Body_is_read_completely(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);

        Assert.Equal(bytes, (await ReadAsync(new ByteArrayContent(bytes)))!.Value.ToArray());
        Assert.Equal(bytes, (await ReadAsync(new Chunked(bytes)))!.Value.ToArray());
    }

    [Theory]
    [InlineData(Limit + 1)]
    [InlineData(3 * Limit)]
    public async Task Body_that_is_too_large_is_null(int length)
    {
        Assert.Null(await ReadAsync(new ByteArrayContent(new byte[length])));
        Assert.Null(await ReadAsync(new Chunked(new byte[length])));
    }

    [Fact]
    public async Task Truncated_body_is_a_failure() =>
        await Assert.ThrowsAsync<IOException>(async () => await ReadAsync(new StreamContent(new Broken(new byte[5000]))));

    private static ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content) =>
        BoundedBody.ReadAsync(content, Limit, TestContext.Current.CancellationToken);

    /// <summary>A body of unknown length, read in small chunks.</summary>
    private sealed class Chunked(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            throw new NotSupportedException("It is only read.");

        protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new Pieces(bytes));

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private class Pieces(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 777)], cancellationToken);
    }

    private sealed class Broken(byte[] bytes) : Pieces(bytes)
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("The connection broke.");
    }
}
