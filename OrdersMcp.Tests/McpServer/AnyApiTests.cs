using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
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
        var identity = ServerIdentity.Of(new OpenApiToolsOptions { Apis = [.. apis.Select(api => new ApiOptions { Name = api })] });

        Assert.Equal((name, title), (identity.Name, identity.Title));
    }

    [Fact]
    public async Task Settings_say_what_the_server_is()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(
            api.Address, ("Mcp:Apis:0:Name", "petstore"), ("Mcp:Server:Name", "pets"), ("Mcp:Server:Title", "Pet store"), ("Mcp:Server:Description", "Sells pets."),
            ("Mcp:Server:WebsiteUrl", "https://pets.test"), ("Mcp:Server:Icons:0:Source", "https://pets.test/icon.png"), ("Mcp:Server:Icons:0:Sizes:0", "48x48"),
            ("Mcp:Server:Icons:0:MimeType", "image/png"), ("Mcp:Server:Icons:0:Theme", "dark"), ("Mcp:Server:Instructions", "List before you sell."));
        await server.WaitForHealthAsync("Healthy");
        foreach (var version in new string?[] { null, "2025-11-25" })
        {
            await using var client = await server.ConnectAsync(version);

            var info = client.ServerInfo!;
            Assert.Equal(("pets", "Pet store", "Sells pets.", "https://pets.test"), (info.Name, info.Title, info.Description, info.WebsiteUrl));
            var icon = Assert.Single(info.Icons!);
            Assert.Equal(("https://pets.test/icon.png", "image/png", "48x48", "dark"), (icon.Source, icon.MimeType, Assert.Single(icon.Sizes!), icon.Theme));
            Assert.Equal("List before you sell.", client.ServerInstructions);
        }
    }

    [Theory]
    [InlineData("Name", " ", "Mcp:Server:Name is empty")]
    [InlineData("Title", "", "Mcp:Server:Title is empty")]
    [InlineData("WebsiteUrl", "file:///etc/passwd", "Mcp:Server:WebsiteUrl is")]
    [InlineData("Icon", "http://pets.test/icon.png", "Mcp:Server:Icons:0:Source must be an https address")]
    [InlineData("Theme", "blue", "Mcp:Server:Icons:0:Theme is 'blue'; it must be light or dark")]
    public void Wrong_setting_of_the_server_is_named(string setting, string value, string problem)
    {
        var server = new ServerOptions
        {
            Name = setting == "Name" ? value : null,
            Title = setting == "Title" ? value : null,
            WebsiteUrl = setting == "WebsiteUrl" ? value : null,
            Icons = setting is "Icon" or "Theme" ? [new ServerIcon { Source = setting == "Icon" ? value : "data:image/png;base64,AA==", Theme = setting == "Theme" ? value : null }] : [],
        };

        var result = new OpenApiToolsOptionsValidator().Validate(
            name: null, new OpenApiToolsOptions { Apis = [new ApiOptions { Name = "petstore", Document = "http://localhost/openapi.json" }], Server = server });

        Assert.Contains(problem, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_default_is_named()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Mcp:ApiDefaults:orders:ExcludeTag:0", (string?)"a")]).Build();

        var exception = Assert.Throws<OptionsValidationException>(() => SettingsCheck.ThrowIfWrong(configuration));

        Assert.Equal("Mcp:ApiDefaults:orders:ExcludeTag is not a setting. Did you mean 'ExcludeTags'?", Assert.Single(exception.Failures));
    }

    private static OpenApiToolsOptions Options(McpApplication server) => server.Services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value;
}
