using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Models.Scripted;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Playground;

/// <summary>The section <c>Playground</c> of the settings.</summary>
[Trait("Category", "Unit")]
public sealed class PlaygroundSettingsTests
{
    [Theory]
    [InlineData("Playground:Server", "mcp", "Playground:Server is 'mcp'")]
    [InlineData("Playground:DashboardUrl", "dashboard", "Playground:DashboardUrl is 'dashboard'")]
    [InlineData("Playground:Models:mine:Provider", "OpenAI", "Playground:Models:mine:Model is missing")]
    [InlineData("Playground:Models:claude:Endpoint", "localhost", "Playground:Models:claude:Endpoint is not")]
    [InlineData("Playground:Models:claude:InputPrice", "3", "Playground:Models:claude needs both InputPrice and OutputPrice")]
    [InlineData("Playground:Models:scripted:Model", "x", "Playground:Models:scripted is the id of the scripted model")]
    [InlineData("Playground:DefaultModel", "claude", "Playground:DefaultModel is 'claude'")]
    [InlineData("Playground:DefaultCaller", "root", "Playground:DefaultCaller is 'root'")]
    [InlineData("Playground:Callers:0:Id", "x", "Playground:Callers:0 needs an Id and a Name")]
    [InlineData("Playground:Limits:Turns", "0", "Playground:Limits:Turns is 0; it must be from 1 to 100.")]
    [InlineData("Playground:Limits:Cost", "0", "Playground:Limits:Cost is 0")]
    [InlineData("Playground:ScriptedPause", "01:00:00", "Playground:ScriptedPause is 01:00:00")]
    [InlineData("Playground:Currency", "$", "Playground:Currency is '$'")]
    [InlineData("Playground:Currency", "US1", "Playground:Currency is 'US1'")]
    [InlineData("Playground:Currency", "", "Playground:Currency is ''")]
    [InlineData("Playground:Limits:Turn", "5", "Turn")]
    [InlineData("Playground:Models:claude:Provider", "Acme", "Playground:Models:claude:Provider")]
    public void Wrong_setting_ends_the_start_with_its_name(string key, string value, string problem)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new(key, value), new("Playground:Models:claude:Model", "any")]);
        builder.AddPlaygroundSettings();
        using var host = builder.Build();

        var exception = Assert.ThrowsAny<Exception>(host.Services.GetRequiredService<IStartupValidator>().Validate);

        var told = exception is OptionsValidationException invalid ? string.Join('\n', invalid.Failures) : exception.ToString();
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "scripted")]
    [InlineData("sk-any", "claude")]
    public void Model_is_offered_once_it_has_a_key(string? key, string first)
    {
        using var models = Models("claude", new ModelOptions { Model = "any", ApiKey = key });

        Assert.Equal(first, models.Default.Id);
        Assert.Equal(key is null ? ["scripted"] : ["claude", "scripted"], models.All.Select(model => model.Id));
    }

    [Fact]
    public async Task Settings_say_how_to_get_a_model_where_there_is_none()
    {
        await using var none = PlaygroundApplication.Start();

        using var response = await OutsideClient.Shared.GetAsync(new Uri(none.Address, "/settings"), TestContext.Current.CancellationToken);

        var settings = await PlaygroundFixture.JsonOfAsync(response);
        Assert.Equal("scripted", settings["defaultModel"]!.ToString());
        Assert.Contains("No model is configured", settings["notice"]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Anthropic", "ANTHROPIC_BASE_URL", "https://api.anthropic.com/")]
    [InlineData("OpenAI", "OPENAI_BASE_URL", "https://api.openai.com/v1")]
    public void Environment_cannot_send_the_key_elsewhere(string provider, string variable, string address)
    {
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "https://evil.example");
        try
        {
            using var models = Models("mine", new ModelOptions { Provider = Enum.Parse<ModelProvider>(provider), Model = "any", ApiKey = "sk-any" });

            var metadata = (ChatClientMetadata)models.Find("mine")!.Client.GetService(typeof(ChatClientMetadata))!;

            Assert.Equal(new Uri(address), metadata.ProviderUri);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Theory]
    [InlineData(true, 100, 10, 0.35)]
    [InlineData(false, 100, 10, null)]
    public void Cost_follows_the_prices_of_a_million_tokens(bool hasPrices, long input, long output, double? cost)
    {
        var options = hasPrices ? new ModelOptions { InputPrice = 3_000, OutputPrice = 5_000 } : new ModelOptions();
        using var client = new ScriptedModel(TimeSpan.Zero, TimeProvider.System);

        var model = new PlaygroundModel("m", "M", "m", "p", client, options);

        Assert.Equal((decimal?)cost, model.CostOf(input, output));
    }

    private static ModelCatalog Models(string id, ModelOptions model)
    {
        using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        return new ModelCatalog(
            Options.Create(new PlaygroundOptions { Models = { [id] = model } }), services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);
    }
}
