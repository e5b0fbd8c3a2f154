using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>The document of an app is read in process, whichever library writes it.</summary>
[Trait("Category", "Unit")]
public sealed class AppDocumentTests
{
    private const string Document =
        """{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/NAME":{"get":{"operationId":"NAME","responses":{"200":{"description":"ok"}}}}}}""";

    [Fact]
    public async Task Swashbuckle_describes_the_tools()
    {
        await using var app = await StartAsync(services => services.AddEndpointsApiExplorer().AddSwaggerGen());

        Assert.Equal(["hello"], await app.ListAsync());
    }

    [Fact]
    public async Task NSwag_describes_the_tools()
    {
        await using var app = await StartAsync(services => services.AddEndpointsApiExplorer().AddOpenApiDocument());

        Assert.Equal(["hello"], await app.ListAsync());
    }

    [Fact]
    public async Task Document_has_another_name()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello").WithName("hello").WithGroupName("public"),
            (builder, tools) =>
            {
                builder.Services.AddOpenApi("public");
                tools.AddThisApp(api => api.Document = "public");
            });

        Assert.Equal(["hello"], await app.ListAsync());
    }

    [Fact]
    public async Task Unknown_document_is_a_problem_that_names_it()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello").WithName("hello"), (_, tools) => tools.AddThisApp(api => api.Document = "internal"));

        await Until.TrueAsync(() => app.LogText.Contains("This app has no OpenAPI document 'internal'", StringComparison.Ordinal), () => app.LogText);
    }

    [Fact]
    public async Task App_without_a_document_is_told_how_to_get_one()
    {
        await using var app = await StartAsync(_ => { });

        await Until.TrueAsync(() => app.LogText.Contains("Call builder.Services.AddOpenApi()", StringComparison.Ordinal), () => app.LogText);
    }

    [Fact]
    public async Task Tools_follow_changes_of_the_endpoints()
    {
        var source = new ChangingEndpoints("first");
        await using var app = await AppUnderTest.StartAsync(
            app =>
            {
                ((IEndpointRouteBuilder)app).DataSources.Add(source);
                app.MapGet("/document.json", () => Results.Text(
                    Document.Replace("NAME", source.Name, StringComparison.Ordinal),
                    "application/json")).ExcludeFromDescription();
            },
            (_, tools) => tools.AddThisApp(api => api.Document = "/document.json"));
        Assert.Equal(["first"], await app.ListAsync());

        source.ChangeTo("second");

        await Until.TrueAsync(async () => await app.ListAsync() is ["second"], TimeSpan.FromSeconds(10), () => app.LogText); // the interval is 15 s
    }

    [Fact]
    public async Task Document_at_a_path_is_read_where_hosts_are_filtered()
    {
        await using var app = await AppUnderTest.StartAsync(
            app =>
            {
                app.MapGet("/hello", () => "hello").WithName("hello");
                app.MapOpenApi();
            },
            (builder, tools) =>
            {
                builder.Configuration["AllowedHosts"] = "*.shop.example;127.0.0.1";
                tools.AddThisApp(api => api.Document = "/openapi/v1.json");
            });

        Assert.Equal(["hello"], await app.ListAsync());
    }

    [Fact]
    public async Task Document_that_never_comes_is_a_problem()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/document.json", () => Task.Delay(Timeout.Infinite)).ExcludeFromDescription(),
            (builder, tools) =>
            {
                builder.Services.AddSingleton<TimeProvider>(new HastyTime(100));
                tools.AddThisApp(api => api.Document = "/document.json");
            });

        await Until.TrueAsync(() => app.LogText.Contains("took longer than", StringComparison.Ordinal), () => app.LogText);
    }

    [Fact]
    public async Task Overlay_that_changes_is_read_again()
    {
        var overlay = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        await WriteAsync("first");
        try
        {
            await using var app = await AppUnderTest.StartAsync(
                app => app.MapGet("/hello", () => "hello").WithName("hello"),
                (builder, tools) =>
                {
                    builder.Configuration["Mcp:RefreshInterval"] = "00:00:00.1";
                    tools.AddThisApp(api => api.Overlays = [overlay]);
                });
            Assert.Equal(["first"], await app.ListAsync());

            await WriteAsync("second");
            File.SetLastWriteTimeUtc(overlay, DateTime.UtcNow.AddSeconds(10)); // clocks of file systems are coarse

            await Until.TrueAsync(async () => await app.ListAsync() is ["second"], TimeSpan.FromSeconds(20), () => app.LogText);
        }
        finally
        {
            File.Delete(overlay);
        }

        Task WriteAsync(string name) => File.WriteAllTextAsync(
            overlay,
            """{"overlay":"1.0.0","info":{"title":"t","version":"1"},"actions":[{"target":"$.paths['/hello'].get","update":{"operationId":"NAME"}}]}"""
                .Replace("NAME", name, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Credentials_for_the_app_itself_end_the_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello"), (_, tools) => tools.AddThisApp(api => api.BearerToken = "secret-token")));

        Assert.Contains("InProcess", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-token", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mcp")]
    [InlineData("/{tenant}/mcp")]
    public async Task Path_that_cannot_be_served_is_refused(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddOpenApiTools();
        await using var app = builder.Build();

        Assert.Contains(path, Assert.Throws<ArgumentException>(() => app.MapOpenApiTools(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mapping_without_adding_says_what_to_call()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();

        Assert.Contains("AddOpenApiTools()", Assert.Throws<InvalidOperationException>(() => app.MapOpenApiTools()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_api_is_beside_the_app()
    {
        await using var other = await TestApi.StartAsync(Document.Replace("NAME", "far", StringComparison.Ordinal));
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/near", () => "near").WithName("near"),
            (_, tools) => tools.AddThisApp().AddApi("other", api => api.Document = $"{other.Address}/openapi/v1.json"));

        Assert.Equal(["far", "near"], await app.ListAsync());
    }

    private static async Task<AppUnderTest> StartAsync(Action<IServiceCollection> describe) => await AppUnderTest.StartAsync(
        app => app.MapGet("/hello", () => "hello").WithName("hello"),
        (builder, _) =>
        {
            foreach (var service in builder.Services.Where(service => service.ServiceType.Name == "IDocumentProvider").ToArray())
            {
                builder.Services.Remove(service);
            }

            describe(builder.Services);
        });

    private sealed class ChangingEndpoints(string name) : EndpointDataSource
    {
        private (CancellationToken Token, Action Change) _change = NewChange();

        public string Name { get; private set; } = name;

        public override IReadOnlyList<Endpoint> Endpoints =>
            [new RouteEndpoint(context => context.Response.WriteAsync(Name), RoutePatternFactory.Parse($"/{Name}"), order: 0, new EndpointMetadataCollection(new HttpMethodMetadata(["GET"])), Name)];

        public override IChangeToken GetChangeToken() => new CancellationChangeToken(_change.Token);

        public void ChangeTo(string name)
        {
            Name = name;
            var change = _change;
            _change = NewChange();
            change.Change();
        }

        private static (CancellationToken, Action) NewChange()
        {
            var source = new CancellationTokenSource();
            return (source.Token, source.Cancel);
        }
    }
}
