using Microsoft.Extensions.Configuration;
using OrdersMcp.ServiceDefaults.ServiceDiscovery;

namespace OrdersMcp.Tests.ServiceDefaults;

[Trait("Category", "Unit")]
public sealed class ServiceDiscoveryTests
{
    [Theory]
    [InlineData("https+http://api/orders?limit=2", "http://localhost:5080/orders?limit=2")]
    [InlineData("http://api", "http://localhost:5080/")]
    public void Resolve_uses_the_endpoint_that_the_orchestrator_injects(string address, string expected)
    {
        using var resolver = Resolver(("services:api:http:0", "http://localhost:5080"));

        Assert.Equal(expected, resolver.Resolve(new Uri(address)).ToString());
    }

    [Fact]
    public void Resolve_prefers_the_first_scheme_that_is_configured()
    {
        using var resolver = Resolver(("services:api:http:0", "http://plain:80"), ("services:api:https:0", "https://secure:443"));

        Assert.Equal("https://secure/x", resolver.Resolve(new Uri("https+http://api/x")).ToString());
        Assert.Equal("http://plain/x", resolver.Resolve(new Uri("http+https://api/x")).ToString());
    }

    [Fact]
    public void Resolve_takes_several_endpoints_in_turn()
    {
        using var resolver = Resolver(("services:api:http:0", "http://one"), ("services:api:http:1", "http://two"));

        var hosts = Enumerable.Range(0, 4).Select(_ => resolver.Resolve(new Uri("http://api/")).Host);

        Assert.Equal(["one", "two", "one", "two"], hosts);
    }

    [Fact]
    public void Resolve_finds_a_named_endpoint()
    {
        using var resolver = Resolver(("services:api:http:0", "http://main"), ("services:api:admin:0", "http://admin:9000"));

        Assert.Equal("http://admin:9000/stats", resolver.Resolve(new Uri("https+http://_admin.api/stats")).ToString());
    }

    [Fact]
    public void Resolve_gives_an_endpoint_without_a_scheme_that_of_its_section()
    {
        using var resolver = Resolver(("services:api:http:0", "localhost:5080"));

        Assert.Equal("http://localhost:5080/x", resolver.Resolve(new Uri("https+http://api/x")).ToString());
    }

    [Fact]
    public void Resolve_keeps_the_path_of_an_endpoint_before_that_of_the_request()
    {
        using var resolver = Resolver(("services:api:http:0", "http://gateway/orders-api/"));

        Assert.Equal("http://gateway/orders-api/orders/1", resolver.Resolve(new Uri("http://api/orders/1")).ToString());
    }

    [Theory]
    [InlineData("https+http://elsewhere:1234/x", "https://elsewhere:1234/x")]
    [InlineData("http://127.0.0.1:5080/x", "http://127.0.0.1:5080/x")]
    public void Resolve_passes_a_service_that_is_not_configured_through(string address, string expected)
    {
        using var resolver = Resolver();

        Assert.Equal(expected, resolver.Resolve(new Uri(address)).ToString());
    }

    [Fact]
    public void Resolve_names_the_setting_that_is_no_address()
    {
        using var resolver = Resolver(("services:api:http:0", "http://"));

        var exception = Assert.Throws<InvalidOperationException>(() => resolver.Resolve(new Uri("http://api/")));

        Assert.Contains("services:api:http:0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_follows_a_change_of_the_configuration()
    {
        var configuration = Configuration(("services:api:http:0", "http://old"));
        using var resolver = new ServiceEndpointResolver(configuration);
        Assert.Equal("old", resolver.Resolve(new Uri("http://api/")).Host);

        configuration["services:api:http:0"] = "http://new";
        configuration.Reload();

        Assert.Equal("new", resolver.Resolve(new Uri("http://api/")).Host);
    }

    private static ServiceEndpointResolver Resolver(params (string Key, string Value)[] settings) => new(Configuration(settings));

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
}
