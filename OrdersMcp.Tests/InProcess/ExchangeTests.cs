using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.InProcess;

/// <summary>A request in process ends as one over HTTP does, whatever the app does to it.</summary>
[Trait("Category", "Unit")]
public sealed class ExchangeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Reader_of_the_declared_length_does_not_abort_the_request()
    {
        var read = new TaskCompletionSource();
        var isAborted = new TaskCompletionSource<bool>();
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/known", async (HttpContext context) =>
        {
            context.Response.ContentLength = 5;
            await context.Response.WriteAsync("hello");
            await context.Response.Body.FlushAsync();
            await read.Task;
            isAborted.SetResult(context.RequestAborted.IsCancellationRequested);
        }));
        using var client = ClientOf(app);

        using (var answer = await client.GetAsync(new Uri("http://localhost/known"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
        {
            var body = await BoundedBody.ReadAsync(answer.Content, maxBytes: 1000, TestContext.Current.CancellationToken);
            Assert.Equal("hello"u8.ToArray(), body!.Value.ToArray());
        }

        read.SetResult();
        Assert.False(await isAborted.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Callback_that_throws_when_the_request_is_aborted_is_logged()
    {
        var begun = new TaskCompletionSource();
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/slow", async (HttpContext context) =>
        {
            context.RequestAborted.Register(() => throw new InvalidOperationException("callback failed"));
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));
        using var client = ClientOf(app);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var call = client.GetAsync(new Uri("http://localhost/slow"), stop.Token);
        await begun.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Until.TrueAsync(() => app.LogText.Contains("callback failed", StringComparison.Ordinal), () => app.LogText);
    }

    [Fact]
    public async Task Request_that_the_app_aborts_is_a_broken_connection()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/gone", (HttpContext context) => context.Abort()).WithName("gone"));

        var error = await app.CallAsync("gone");

        Assert.True((bool)error["isError"]!);
        Assert.Contains("The connection broke", (string)error["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_that_the_app_aborts_is_not_taken_for_whole()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/part", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("part");
            await context.Response.Body.FlushAsync();
            context.Abort();
        }));
        using var client = ClientOf(app);

        using var answer = await client.GetAsync(new Uri("http://localhost/part"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Exception_before_the_answer_starts_is_a_failure_of_the_app()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/starting", (HttpContext context) =>
        {
            context.Response.OnStarting(() => throw new InvalidOperationException("secret"));
            return "hello";
        }).WithName("starting"));

        var error = await app.CallAsync("starting").WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.True((bool)error["isError"]!);
        Assert.Contains("500", (string)error["content"]![0]!["text"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callback_that_throws_at_the_end_keeps_no_service_alive()
    {
        var disposed = new TaskCompletionSource();
        await using var app = await AppUnderTest.StartAsync(
            app => app.MapGet("/ending", (HttpContext context, Disposed _) =>
            {
                context.Response.OnCompleted(() => throw new InvalidOperationException("callback failed"));
                return "hello";
            }).WithName("ending"),
            (builder, _) => builder.Services.AddScoped(_ => new Disposed(disposed)));

        Assert.Equal("hello", (string)(await app.CallAsync("ending"))["content"]![0]!["text"]!);

        await disposed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Until.TrueAsync(() => app.LogText.Contains("callback failed", StringComparison.Ordinal), () => app.LogText);
    }

    [Fact]
    public async Task Body_that_the_app_disposes_of_does_not_end_the_answer()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/two", async (HttpContext context) =>
        {
            await using (var writer = new StreamWriter(context.Response.Body))
            {
                await writer.WriteAsync("one");
            }

            await context.Response.WriteAsync(" two");
        }));
        using var client = ClientOf(app);
        using var expected = await app.SendAsync(HttpMethod.Get, "/two");

        var answer = await client.GetStringAsync(new Uri("http://localhost/two"), TestContext.Current.CancellationToken);

        Assert.Equal("one two", answer);
        Assert.Equal(answer, await expected.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Path_with_a_nul_is_refused_as_over_http()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/files/{name}", (string name) => name.Length).WithName("file"));
        using var expected = await app.SendAsync(HttpMethod.Get, "/files/a%00b");

        var error = await app.CallAsync("file", new() { ["name"] = "a\0b" });

        Assert.Equal(HttpStatusCode.BadRequest, expected.StatusCode);
        Assert.True((bool)error["isError"]!, error.ToJsonString());
        Assert.Contains("400", (string)error["content"]![0]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_of_an_untraced_caller_is_not_traced()
    {
        await using var app = await AppUnderTest.StartAsync(app => app.MapGet("/untraced", () => Sdk.SuppressInstrumentation));
        using var client = ClientOf(app);

        string untraced;
        using (SuppressInstrumentationScope.Begin())
        {
            untraced = await client.GetStringAsync(new Uri("http://localhost/untraced"), TestContext.Current.CancellationToken);
        }

        Assert.Equal("true", untraced);
        Assert.Equal("false", await client.GetStringAsync(new Uri("http://localhost/untraced"), TestContext.Current.CancellationToken));
    }

    private static HttpClient ClientOf(AppUnderTest app) => new(app.Services.GetRequiredService<AppHandler>(), disposeHandler: false);

    private sealed class Disposed(TaskCompletionSource disposed) : IDisposable
    {
        public void Dispose() => disposed.TrySetResult();
    }
}
