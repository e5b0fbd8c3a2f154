using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>A request in process passes what a request over HTTP passes, and looks the same to the app.</summary>
[Trait("Category", "Unit")]
public sealed class PipelineTests
{
    private static readonly string[] Nested = ["orders", "customers"];

    [Theory]
    [InlineData("plain")]
    [InlineData("with space")]
    [InlineData("a/b")]
    [InlineData("100%")]
    [InlineData("%2F")]
    [InlineData("schlüssel-日本")]
    [InlineData("a?b#c&d=e+f")]
    [InlineData("..;x")]
    public async Task Path_query_and_body_arrive_as_over_http(string text)
    {
        await using var app = await EchoAsync();

        var inProcess = await app.CallAsync("echo", new JsonObject { ["id"] = text, ["q"] = text, ["text"] = text });
        using var body = new StringContent(new JsonObject { ["text"] = text }.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var answer = await app.SendAsync(HttpMethod.Post, $"/echo/{Uri.EscapeDataString(text)}?q={Uri.EscapeDataString(text)}", content: body);

        var expected = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), inProcess["structuredContent"]!.ToJsonString());
        Assert.Equal(text.Replace("/", "%2F", StringComparison.Ordinal), (string)inProcess["structuredContent"]!["id"]!);
        Assert.Equal(text, (string)inProcess["structuredContent"]!["q"]!);
    }

    [Fact]
    public async Task Call_is_one_line_in_the_log_unless_the_app_asks_for_those_of_the_sdk()
    {
        foreach (var (category, isLogged) in new[] { ("Default", false), ("ModelContextProtocol", true) })
        {
            await using var app = await AppUnderTest.StartAsync(
                app => app.MapGet("/one", () => 1).WithName("one"),
                (builder, _) => builder.Configuration[$"Logging:LogLevel:{category}"] = "Information");

            await app.CallAsync("one");

            Assert.Single(app.LogText.Split('\n'), line => line.Contains("Tool one: ok", StringComparison.Ordinal));
            Assert.Equal(isLogged, app.LogText.Contains("request handler", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Host_scheme_and_address_of_the_caller_are_known()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet(
            "/where", (HttpRequest request) => $"{request.Scheme}://{request.Host} {request.HttpContext.Connection.RemoteIpAddress}").WithName("where"));

        Assert.Equal($"{app.Address.GetLeftPart(UriPartial.Authority)} 127.0.0.1", (string)(await app.CallAsync("where"))["content"]![0]!["text"]!);
    }

    [Fact]
    public async Task Headers_are_passed_on_by_choice()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/headers", (HttpRequest request) => $"{request.Headers["X-Tenant"]}|{request.Headers["X-Other"]}|{request.Headers.Cookie}").WithName("headers"),
            (_, tools) => tools.AddThisApp(api => api.ForwardHeaders = ["X-Tenant"]));

        var result = await app.CallAsync("headers", caller: null, headers: [("X-Tenant", "blue"), ("X-Other", "red"), ("Cookie", "session=1")]);

        Assert.Equal("blue||", (string)result["content"]![0]!["text"]!);
    }

    [Fact]
    public async Task Rate_limits_of_the_app_hold()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/once", () => "once").WithName("once").RequireRateLimiting("one"),
            (builder, _) => builder.Services.AddRateLimiter(options =>
            {
                options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                options.AddPolicy("one", context => RateLimitPartition.GetFixedWindowLimiter(
                    context.Connection.RemoteIpAddress, _ => new FixedWindowRateLimiterOptions { PermitLimit = 2, Window = TimeSpan.FromHours(1) }));
            }),
            app => app.UseRateLimiter());

        using var first = await app.SendAsync(HttpMethod.Get, "/once");
        var second = await app.CallAsync("once");
        var third = await app.CallAsync("once");
        using var fourth = await app.SendAsync(HttpMethod.Get, "/once");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("once", (string)second["content"]![0]!["text"]!);
        Assert.True((bool)third["isError"]!);
        Assert.Contains("429", (string)third["content"]![0]!["text"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.TooManyRequests, fourth.StatusCode);
    }

    [Fact]
    public async Task Call_does_not_wait_for_the_place_that_its_own_mcp_request_takes()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello").WithName("hello"),
            (builder, _) => builder.Services.AddRateLimiter(options => options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
                _ => RateLimitPartition.GetConcurrencyLimiter("all", _ => new ConcurrencyLimiterOptions { PermitLimit = 1 }))),
            app => app.UseRateLimiter());

        Assert.Equal("hello", (string)(await app.CallAsync("hello"))["content"]![0]!["text"]!);
    }

    [Fact]
    public async Task Limit_that_the_app_sets_for_the_mcp_endpoint_holds()
    {
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/hello", () => "hello").WithName("hello"),
            (builder, _) => builder.Services.AddRateLimiter(options => options.AddPolicy("none", _ => RateLimitPartition.GetFixedWindowLimiter(
                "all", _ => new FixedWindowRateLimiterOptions { PermitLimit = 1, Window = TimeSpan.FromHours(1) }))),
            app => app.UseRateLimiter(),
            app => app.MapOpenApiTools().RequireRateLimiting("none"));

        using var first = await app.SendAsync(HttpMethod.Post, "/mcp");
        using var second = await app.SendAsync(HttpMethod.Post, "/mcp");

        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
    }

    [Fact]
    public async Task Exception_of_an_endpoint_is_an_error_without_its_text()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/broken", string () => throw new InvalidOperationException("secret")).WithName("broken"));

        var error = await app.CallAsync("broken");

        Assert.True((bool)error["isError"]!);
        Assert.DoesNotContain("secret", error.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("500", (string)error["content"]![0]!["text"]!, StringComparison.Ordinal);
        Assert.Contains("secret", app.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exception_after_a_part_of_the_body_leaves_no_part()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/half", (HttpContext context) =>
        {
            context.Response.BodyWriter.Write("half"u8);
            throw new InvalidOperationException("secret");
        }).WithName("half"));
        using var client = new HttpClient(app.Services.GetRequiredService<AppHandler>(), disposeHandler: false);

        using var answer = await client.GetAsync(new Uri("http://localhost/half"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cancelling_a_call_cancels_the_request()
    {
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/slow", async (CancellationToken cancellationToken) =>
        {
            begun.SetResult();
            await using var registration = cancellationToken.Register(ended.SetResult);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }).WithName("slow"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var handler = app.Services.GetRequiredService<AppHandler>();
        using var client = new HttpClient(handler, disposeHandler: false);

        var call = client.GetAsync(new Uri("http://localhost/slow"), stop.Token);
        await begun.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Answer_is_streamed_and_a_reader_that_stops_ends_the_request()
    {
        var next = new SemaphoreSlim(0);
        var ended = new TaskCompletionSource();
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/lines", async (HttpContext context) =>
        {
            context.RequestAborted.Register(ended.SetResult);
            for (var i = 0; ; i++)
            {
                await context.Response.WriteAsync($"line {i}\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await next.WaitAsync(context.RequestAborted);
            }
        }));
        using var client = new HttpClient(app.Services.GetRequiredService<AppHandler>(), disposeHandler: false);

        using (var answer = await client.GetAsync(new Uri("http://localhost/lines"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            Assert.Equal("line 0", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
            next.Release();
            Assert.Equal("line 1", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        await ended.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Ambient_request_of_the_caller_stays_and_services_are_disposed_of()
    {
        var disposed = new TaskCompletionSource();
        await using var app = await AppUnderTest.StartAsync(
            app =>
            {
                app.MapGet("/inner", (Disposed _, IHttpContextAccessor ambient) => ambient.HttpContext!.Request.Path.Value).WithName("inner");
                app.MapGet("/outer", async (IHttpContextAccessor ambient, AppHandler handler, CancellationToken cancellationToken) =>
                {
                    using var client = new HttpClient(handler, disposeHandler: false);
                    var inner = await client.GetStringAsync(new Uri("http://localhost/inner"), cancellationToken);
                    return $"{inner} {ambient.HttpContext?.Request.Path.Value}";
                });
            },
            (builder, _) => builder.Services.AddHttpContextAccessor().AddScoped(_ => new Disposed(disposed)));

        using var answer = await app.SendAsync(HttpMethod.Get, "/outer");

        Assert.Equal("/inner /outer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await disposed.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Span_of_the_endpoint_is_below_that_of_the_tool()
    {
        var spans = new System.Collections.Concurrent.ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "OrdersMcp.OpenApiTools" or "Experimental.ModelContextProtocol",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/people/{email}", (string email) => email.Length).WithName("spannedPerson"));

        await app.CallAsync("spannedPerson", new JsonObject { ["email"] = "ann@example.com" });
        await Until.TrueAsync(() => spans.Any(span => span.DisplayName == "tools/call spannedPerson"), () => "no span of the tool");

        var tool = spans.Single(span => span.DisplayName == "tools/call spannedPerson");
        var endpoint = spans.Single(span => span.ParentSpanId == tool.SpanId);
        Assert.Equal("GET /people/{email}", endpoint.DisplayName);
        Assert.Equal(tool.TraceId, endpoint.TraceId);
        Assert.Equal(200, endpoint.GetTagItem("http.response.status_code"));
        Assert.DoesNotContain(endpoint.TagObjects, tag => Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!.Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_calls_at_once_do_not_mix()
    {
        await using var app = await EchoAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var result = await app.CallAsync("echo", new JsonObject { ["id"] = $"{i}", ["q"] = $"q{i}", ["text"] = new string((char)('a' + (i % 26)), 20_000) });
            return ((string)result["structuredContent"]!["id"]!, (string)result["structuredContent"]!["q"]!);
        }));

        Assert.Equal(Enumerable.Range(0, 40).Select(i => ($"{i}", $"q{i}")), results);
    }

    private static Task<AppUnderTest> EchoAsync() => AppUnderTest.StartAsync(app => app.MapPost(
        "/echo/{id}", (string id, string q, Text body, HttpRequest request) => new Echo(id, q, body.Value, request.ContentType, Nested)).WithName("echo"),
        (builder, _) => builder.Configuration["Mcp:Limits:Write:Burst"] = "1000");

    private sealed record Text([property: System.Text.Json.Serialization.JsonPropertyName("text")] string Value);

    private sealed record Echo(string Id, string Q, string Text, string? ContentType, string[] Nested);

    private sealed class Disposed(TaskCompletionSource disposed) : IDisposable
    {
        public void Dispose() => disposed.TrySetResult();
    }
}
