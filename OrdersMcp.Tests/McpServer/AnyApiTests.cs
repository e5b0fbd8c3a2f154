using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>The settings file's values for the orders API do not apply to another API that the environment configures instead.</summary>
[Trait("Category", "Postgres")]
public sealed class AnyApiTests
{
    [Fact]
    public async Task Orders_api_learns_the_end_caller_and_hides_its_administration()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address);

        var orders = Assert.Single(Options(server).Apis);

        Assert.True(orders.OnBehalfOf);
        Assert.Equal(["admin"], orders.ExcludeTags);
    }

    [Fact]
    public async Task Another_api_learns_no_callers_and_shows_all_tags()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address, ("Mcp:Apis:0:Name", "petstore"));

        var petstore = Assert.Single(Options(server).Apis);

        Assert.Null(petstore.OnBehalfOf);
        Assert.Null(petstore.ExcludeTags);
    }

    [Fact]
    public async Task Settings_of_the_api_override_the_defaults()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(
            api.Address, ("Mcp:Apis:0:OnBehalfOf", "false"), ("Mcp:Apis:0:IncludeTags:0", "orders"));

        var orders = Assert.Single(Options(server).Apis);

        Assert.False(orders.OnBehalfOf);
        Assert.Null(orders.ExcludeTags);
    }

    [Theory]
    [InlineData("orders-mcp", "Orders", "orders")]
    [InlineData("petstore-billing-mcp", "Petstore, Billing", "petstore", "billing")]
    public void Server_is_named_after_its_apis(string name, string title, params string[] apis)
    {
        var identity = ServerIdentity.Of(new McpOptions { Apis = [.. apis.Select(api => new ApiOptions { Name = api })] });

        Assert.Equal((name, title), (identity.Name, identity.Title));
    }

    [Fact]
    public void Unknown_default_is_named()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Mcp:ApiDefaults:orders:ExcludeTag:0", (string?)"a")]).Build();

        var exception = Assert.Throws<OptionsValidationException>(() => SettingsCheck.ThrowIfWrong(configuration));

        Assert.Equal("Mcp:ApiDefaults:orders:ExcludeTag is no setting. Did you mean 'ExcludeTags'?", Assert.Single(exception.Failures));
    }

    private static McpOptions Options(McpApplication server) => server.Services.GetRequiredService<IOptions<McpOptions>>().Value;
}
