using System.Security.Cryptography;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>The OpenAPI document of this replica, generated once, with its entity tag.</summary>
internal sealed class ServedDocument(IServiceProvider services)
{
    private readonly Lazy<Task<(byte[] Bytes, EntityTagHeaderValue Tag)>> _document = new(() => WriteAsync(services));

    public Task<(byte[] Bytes, EntityTagHeaderValue Tag)> ReadAsync() => _document.Value;

    private static async Task<(byte[] Bytes, EntityTagHeaderValue Tag)> WriteAsync(IServiceProvider services)
    {
        var provider = services.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiSetup.DocumentName);
        var document = await provider.GetOpenApiDocumentAsync();
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1);
        var bytes = stream.ToArray();
        return (bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..8])}\""));
    }
}
