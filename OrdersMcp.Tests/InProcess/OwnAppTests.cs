using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>The settings of an app of its own, and the other APIs that it serves.</summary>
[Trait("Category", "Unit")]
public sealed class OwnAppTests
{
    private const string Document =
        """{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/far":{"get":{"operationId":"far","responses":{"200":{"description":"ok"}}}}}}""";

    [Fact]
    public async Task Calls_on_behalf_of_callers_need_a_server_that_introduces_them()
    {
        await using var other = await TestApi.StartAsync(Document);

        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(other, api =>
        {
            api.ApiKey = "secret-key";
            api.OnBehalfOf = true;
        }));

        Assert.Contains("Mcp:Apis:0:OnBehalfOf", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Credentials_for_everyone_are_warned_of(bool isAuthorized, bool isWarned)
    {
        await using var other = await TestApi.StartAsync(Document);
        await using var app = await StartAsync(other, api => api.ApiKey = "secret-key", app =>
        {
            var endpoint = app.MapOpenApiTools();
            if (isAuthorized)
            {
                endpoint.RequireAuthorization();
            }
        });

        Assert.Equal(isWarned, app.LogText.Contains("without authorization", StringComparison.Ordinal));
        Assert.DoesNotContain("secret-key", app.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Defaults_of_the_settings_hold_for_the_app_that_nobody_added()
    {
        await using var app = await AppUnderTest.StartAsync(
            app =>
            {
                app.MapGet("/open", () => "open").WithName("open");
                app.MapGet("/internal", () => "internal").WithName("internal").WithTags("internal");
            },
            (builder, _) => builder.Configuration["Mcp:ApiDefaults:shop:ExcludeTags:0"] = "internal");

        Assert.Equal(["open"], await app.ListAsync());
    }

    [Fact]
    public async Task Settings_choose_the_path()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello").WithName("hello"), (builder, _) => builder.Configuration["Mcp:Path"] = "/agents");

        Assert.Equal("hello", (string)Assert.Single(await Messages.ListAsync(new Uri(app.Address, "/agents")))!["name"]!);
    }

    [Fact]
    public async Task Announced_address_has_the_path_of_the_group()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello").WithName("hello"), mapTools: app => app.MapGroup("/ai").MapOpenApiTools("/tools"));

        Assert.Contains($"MCP endpoint: {new Uri(app.Address, "/ai/tools")}", app.LogText, StringComparison.Ordinal);
        Assert.Single(await Messages.ListAsync(new Uri(app.Address, "/ai/tools")));
    }

    [Fact]
    public void Log_of_the_app_stays()
    {
        using var log = new CapturedLog();
        using var factory = new SingleLog(log);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<ILoggerFactory>(factory);
        services.AddOpenApiTools();
        using var provider = services.BuildServiceProvider();

        var loggers = provider.GetRequiredService<ILoggerFactory>();
        loggers.CreateLogger("Shop").LogError("of the app");
        loggers.CreateLogger("ModelContextProtocol.Server").LogError(new OperationCanceledException(), "of an answered error");

        Assert.Equal("of the app ", Assert.Single(log.Lines));
    }

    [Fact]
    public void Log_that_the_container_made_is_disposed_of_with_it()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory, DisposedLog>();
        services.AddOpenApiTools();
        DisposedLog.Count = 0;

        using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Shop");
        }

        Assert.Equal(1, DisposedLog.Count);
    }

    private static Task<AppUnderTest> StartAsync(
        TestApi other, Action<OpenApiTools.Configuration.ApiOptions> configure, Action<WebApplication>? mapTools = null) => AppUnderTest.StartAsync(
        _ => { },
        (_, tools) => tools.AddApi("other", api =>
        {
            api.Document = $"{other.Address}/openapi/v1.json";
            configure(api);
        }),
        mapTools: mapTools);

    private sealed class SingleLog(CapturedLog log) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }

    private sealed class DisposedLog : ILoggerFactory
    {
        public static int Count { get; set; }

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

        public void Dispose() => Count++;
    }
}
