using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.ServiceDefaults;

/// <summary>Where a request to a logical address goes, of a client as every service has it.</summary>
[Trait("Category", "Unit")]
public sealed class ServiceDiscoveryTests
{
    [Theory]
    [InlineData("https+http://api/orders?limit=2", "http://localhost:5080/orders?limit=2")]
    [InlineData("http://api", "http://localhost:5080/")]
    public async Task Request_goes_to_the_endpoint_that_the_orchestrator_injects(string address, string expected)
    {
        using var host = Host(("services:api:http:0", "http://localhost:5080"));

        Assert.Equal(expected, await AddressOfAsync(host, address));
    }

    [Fact]
    public async Task Request_prefers_the_first_scheme_that_is_configured()
    {
        using var host = Host(("services:api:http:0", "http://plain:80"), ("services:api:https:0", "https://secure:443"));

        Assert.Equal("https://secure/x", await AddressOfAsync(host, "https+http://api/x"));
        Assert.Equal("http://plain/x", await AddressOfAsync(host, "http+https://api/x"));
    }

    [Fact]
    public async Task Requests_go_to_several_endpoints_in_turn()
    {
        using var host = Host(("services:api:http:0", "http://one"), ("services:api:http:1", "http://two"));

        string[] first = [await AddressOfAsync(host, "http://api/"), await AddressOfAsync(host, "http://api/")];
        string[] second = [await AddressOfAsync(host, "http://api/"), await AddressOfAsync(host, "http://api/")];

        Assert.Equal(["http://one/", "http://two/"], first.Order(StringComparer.Ordinal));
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Request_finds_a_named_endpoint()
    {
        using var host = Host(("services:api:http:0", "http://main"), ("services:api:admin:0", "http://admin:9000"));

        Assert.Equal("http://admin:9000/stats", await AddressOfAsync(host, "https+http://_admin.api/stats"));
    }

    [Fact]
    public async Task Request_has_the_path_of_an_endpoint_before_its_own()
    {
        using var host = Host(("services:api:http:0", "http://gateway/orders-api/"));

        Assert.Equal("http://gateway/orders-api/orders/1", await AddressOfAsync(host, "http://api/orders/1"));
    }

    [Theory]
    [InlineData("https+http://elsewhere:1234/x", "https://elsewhere:1234/x")]
    [InlineData("http://127.0.0.1:5080/x", "http://127.0.0.1:5080/x")]
    public async Task Request_to_a_service_that_is_not_configured_goes_where_it_says(string address, string expected)
    {
        using var host = Host();

        Assert.Equal(expected, await AddressOfAsync(host, address));
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("localhost:5080")]
    [InlineData("nonsense value")]
    public async Task Endpoint_that_is_no_url_ends_the_start_and_is_named(string value)
    {
        using var host = Host(("services:api:http:0", value));

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal([$"services:api:http:0 is '{value}'; it must be a URL such as http://localhost:5080."], failure.Failures);
        await Assert.ThrowsAsync<OptionsValidationException>(() => AddressOfAsync(host, "http://api/")); // of a program that is not started
    }

    [Fact]
    public async Task Request_follows_a_change_of_the_configuration()
    {
        using var host = Host(("services:api:http:0", "http://old"));
        Assert.Equal("http://old/", await AddressOfAsync(host, "http://api/"));

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["services:api:http:0"] = "http://new";
        configuration.Reload();

        var address = "";
        await Until.TrueAsync(
            async () => (address = await AddressOfAsync(host, "http://api/")) == "http://new/", TimeSpan.FromSeconds(30), () => $"It still goes to {address}.");
    }

    private static async Task<string> AddressOfAsync(IHost host, string address)
    {
        using var client = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("test");
        return await client.GetStringAsync(address, TestContext.Current.CancellationToken);
    }

    private static IHost Host(params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults();
        builder.Services.AddHttpClient("test").ConfigurePrimaryHttpMessageHandler(() => new Echo());
        return builder.Build();
    }

    /// <summary>Answers with the address that was asked.</summary>
    private sealed class Echo : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(request.RequestUri!.ToString()) });
    }
}
