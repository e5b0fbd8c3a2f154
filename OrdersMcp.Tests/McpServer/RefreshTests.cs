using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>An operator can refresh the catalog by a request or a signal.</summary>
[Trait("Category", "Postgres")]
public sealed class RefreshTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private const string OneTool = """{ "/new": { "get": { "operationId": "new_tool" } } }""";
    private static readonly (string, string) Hourly = ("Mcp:RefreshInterval", "01:00:00");

    [Fact]
    public async Task Request_answers_when_the_new_tools_are_there()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address, Hourly);
        await server.WaitForHealthAsync("Healthy");

        api.Document = Documents.With(OneTool);
        using var response = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"apis":[{"name":"orders","tools":1,"problem":null}]}""", await TextAsync(response));
        await using var client = await server.ConnectAsync();
        Assert.Equal("new_tool", Assert.Single(await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Name);
    }

    [Fact]
    public async Task Request_says_which_document_could_not_be_used_and_why()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var other = await TestApi.StartAsync(Documents.With(OneTool));
        await using var server = McpApplication.Start(
            api.Address, Hourly, ("Mcp:Apis:1:Name", "other"), ("Mcp:Apis:1:Document", $"{other.Address}/openapi/v1.json"));
        await server.WaitForHealthAsync("Healthy");

        other.Document = """{ "swagger": "1.2" }""";
        using var response = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        var apis = JsonNode.Parse(await TextAsync(response))!["apis"]!.AsArray();
        Assert.Equal((4, null), ((int)apis[0]!["tools"]!, apis[0]!["problem"]));
        Assert.Equal(1, (int)apis[1]!["tools"]!);
        Assert.Contains("Swagger 1.2", apis[1]!["problem"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_at_once_are_all_answered()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address, Hourly);

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.SendAsync(HttpMethod.Post, "/catalog/refresh")));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
    }

    [Fact]
    public async Task Unchanged_document_is_not_sent_again()
    {
        await using var api = await TestApi.StartAsync("");
        api.Answer = context =>
        {
            if (context.Request.Headers.IfNoneMatch == "\"one\"")
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            context.Response.Headers.ETag = "\"one\"";
            return context.Response.WriteAsync(Documents.Things);
        };
        await using var server = McpApplication.Start(api.Address, Hourly, ("Mcp:Apis:0:Document", $"{api.Address}/tagged.json"));
        await server.WaitForHealthAsync("Healthy");

        using var response = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");

        Assert.Equal("""{"apis":[{"name":"orders","tools":4,"problem":null}]}""", await TextAsync(response));
        Assert.Equal("\"one\"", api.Requests.Last().Headers["If-None-Match"]);
    }

    [Fact]
    public async Task Call_that_began_before_a_change_ends_on_the_old_tools()
    {
        var isCalled = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        await using var api = await TestApi.StartAsync(Documents.Things);
        api.Answer = async context =>
        {
            isCalled.SetResult();
            await goOn.Task;
            await context.Response.WriteAsync("""{"id":"a"}""");
        };
        await using var server = McpApplication.Start(api.Address, Hourly);
        await server.WaitForHealthAsync("Healthy");
        var calling = server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });
        await isCalled.Task.WaitAsync(TestContext.Current.CancellationToken);

        api.Document = Documents.With(OneTool);
        using var response = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");
        var unknown = await server.CallAsync("get_thing", new JsonObject { ["thingId"] = "a" });
        goOn.SetResult();

        Assert.Equal("a", (await calling)["result"]!["structuredContent"]!["id"]!.ToString());
        Assert.Equal(-32602, (int)unknown["error"]!["code"]!);
    }

    [Theory]
    [InlineData("Mcp:RefreshEndpoint", "false")]
    [InlineData("environment", "Production")]
    public async Task Refresh_endpoint_does_not_exist_if_disabled(string setting, string value)
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(
            api.Address, ("Authentication:AllowAnonymous", "true"), (setting, value));

        using var response = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Refresh_endpoint_exists_in_production_if_enabled()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(
            api.Address, ("environment", "Production"), ("Authentication:AllowAnonymous", "true"), ("Mcp:RefreshEndpoint", "true"));

        using var response = await server.SendAsync(HttpMethod.Post, "/catalog/refresh");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Web_page_of_another_origin_cannot_refresh()
    {
        await using var api = await TestApi.StartAsync(Documents.Things);
        await using var server = McpApplication.Start(api.Address);
        var http = OutsideClient.Shared;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Endpoint, "/catalog/refresh"));
        request.Headers.Add("Origin", "https://evil.test");

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1/d?key=secret#s", "http://127.0.0.1/d?…")]
    [InlineData("https://user:pass@example.org:81/a/b.json", "https://example.org:81/a/b.json")]
    [InlineData("https://u:p%40ss@example.org", "https://example.org")]
    [InlineData("https://u:p/w@example.org/d", "https://example.org/d")]
    [InlineData("https+http://api/openapi/v1.json", "https+http://api/openapi/v1.json")]
    [InlineData("https://cdn.test/@scope/pkg@1/openapi.json", "https://cdn.test/@scope/pkg@1/openapi.json")]
    [InlineData("ftp://user:pass@", "ftp://")]
    [InlineData("folder/file?.json", "folder/file?.json")]
    public void Address_is_told_without_its_secrets(string document, string told) =>
        Assert.Equal(told, DocumentAddress.Redacted(document));

    [Fact]
    public async Task Secrets_of_a_document_s_address_are_sent_and_never_logged()
    {
        var log = new RecordedLog();
        string? authorization = null;
        await using var api = await TestApi.StartAsync("");
        api.Answer = context =>
        {
            authorization = context.Request.Headers.Authorization;
            return context.Response.WriteAsync(context.Request.Query["key"] == "hunter3" ? Documents.Things : "");
        };
        var address = api.Address.Replace("http://", "http://user:hunter2@", StringComparison.Ordinal);
        await using var server = McpApplication.StartWith(
            api.Address,
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
                .PostConfigure<OpenApiToolsOptions>(options => options.Apis[0].Document = $"{address}/secret.json?key=hunter3"));
        await server.WaitForHealthAsync("Healthy");

        Assert.Equal("Basic dXNlcjpodW50ZXIy", authorization);
        Assert.Contains(log.Lines, line => line.Contains($"4 tools from {api.Address}/secret.json?…", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("hunter", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("dXNlcjpodW50ZXIy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signal_reads_the_documents_again()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Documents.Things, TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--Mcp:RefreshInterval", "01:00:00", "--Mcp:Apis:0:Document", file,
                "--Mcp:Apis:0:BaseAddress", "http://127.0.0.1:9"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            await LineWithAsync(process.StandardError, "4 tools from");

            await File.WriteAllTextAsync(file, Documents.With(OneTool), TestContext.Current.CancellationToken);
            using (var kill = Process.Start("kill", ["-HUP", $"{process.Id}"]))
            {
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            await LineWithAsync(process.StandardError, "1 tools from");
            process.StandardInput.Close();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        finally
        {
            process.Kill();
            File.Delete(file);
        }
    }

    private static Task<string> TextAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task LineWithAsync(StreamReader lines, string text)
    {
        while (await lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The log ended without '{text}'.");
    }

    private sealed class RecordedLog : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
