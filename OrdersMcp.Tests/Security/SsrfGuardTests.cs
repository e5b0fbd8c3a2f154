using System.Net;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>Addresses that a document may send this server to.</summary>
[Trait("Category", "Unit")]
public sealed class SsrfGuardTests
{
    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://2130706433")] // 127.0.0.1 as one number
    [InlineData("http://0x7f.1")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://10.1.2.3")]
    [InlineData("http://[::1]")]
    [InlineData("http://[::ffff:10.0.0.1]")]
    [InlineData("http://[fd00:ec2::254]")]
    [InlineData("http://[64:ff9b::a00:1]")]
    [InlineData("http://[::127.0.0.1]")]
    [InlineData("http://[2002:7f00:1::]")]
    [InlineData("http://[2001:0:7f00:1::1]")]
    [InlineData("http://[64:ff9b:1::7f00:1]")]
    public void Private_address_is_rejected_if_only_the_document_names_it(string address)
    {
        Assert.False(SsrfGuard.IsNamed(new ApiOptions { Document = "https://example.org/openapi.json" }, address));
        var failure = Assert.Throws<ApiDocumentException>(() => SsrfGuard.Check(address));
        Assert.Contains("BaseAddress", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8.8.8.8", false)]
    [InlineData("2606:4700::1111", false)]
    [InlineData("192.168.7.7", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("239.1.2.3", true)]
    public void Private_addresses_are_recognized(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, SsrfGuard.Has(IPAddress.Parse(address)));

    [Fact]
    public void Address_in_the_settings_can_be_anywhere()
    {
        Assert.True(SsrfGuard.IsNamed(new ApiOptions { Document = "api.json", BaseAddress = "http://10.0.0.1" }, "http://10.0.0.1"));
        Assert.True(SsrfGuard.IsNamed(new ApiOptions { Document = "http://10.0.0.1/openapi.json" }, "http://10.0.0.1/v1"));
        Assert.True(SsrfGuard.IsNamed(new ApiOptions { Document = "https+http://api/openapi.json" }, "https+http://api"));
    }

    [Fact]
    public async Task Name_that_resolves_to_a_private_address_is_not_connected_to()
    {
        await using var api = await TestApi.StartAsync("{}");
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = SsrfGuard.ConnectAsync });
        var address = api.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        using var free = new HttpRequestMessage(HttpMethod.Get, address);
        using var marked = new HttpRequestMessage(HttpMethod.Get, address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal));
        SsrfGuard.Forbid(marked);

        using var answered = await client.SendAsync(free, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(marked, TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Single(api.Requests);
    }
}
