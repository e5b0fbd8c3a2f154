using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Tasks;

/// <summary>Jobs for clients without tasks: the call waits and reports progress.</summary>
[Trait("Category", "Postgres")]
public sealed class InlineJobTests : IAsyncLifetime
{
    private JobsApi _jobs = null!;
    private McpApplication? _server;

    public async ValueTask InitializeAsync() => _jobs = await JobsApi.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await _jobs.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task Call_returns_the_result_of_the_job(string? protocolVersion)
    {
        _jobs.States.Enqueue(JobsApi.Job("running", 4, "4 of 10 orders"));
        _jobs.States.Enqueue(JobsApi.Job("running", 3));
        _jobs.States.Enqueue(JobsApi.Job("succeeded", 10));
        var progress = new Collector();

        var result = await CallAsync(progress, protocolVersion);

        Assert.NotEqual(true, result.IsError);
        Assert.Equal("succeeded", result.StructuredContent!.Value.GetProperty("status").GetString());
        var link = Assert.IsType<ResourceLinkBlock>(result.Content[1]);
        Assert.Equal(("test://exports/e%201", "Export orders"), (link.Uri, link.Title));
        Assert.Equal([0, 4], progress.Values.Select(value => value.Progress));
        Assert.Equal("4 of 10 orders", progress.Values.ElementAt(1).Message);
        Assert.Equal(10, progress.Values.Last().Total);
    }

    [Fact]
    public async Task Job_that_fails_is_an_error_that_says_why()
    {
        _jobs.States.Enqueue(JobsApi.Job("failed", 4, "The disk is full"));

        var result = await CallAsync();

        Assert.True(result.IsError);
        Assert.Contains("The disk is full", ToolBench.Text(result), StringComparison.Ordinal);
        Assert.Single(result.Content);
    }

    [Fact]
    public async Task Job_that_takes_too_long_continues_and_the_result_says_how_to_read_it()
    {
        _jobs.States.Enqueue(JobsApi.Job("running", 4));

        var result = await CallAsync(configure: services =>
            services.PostConfigure<OpenApiToolsOptions>(options => options.LongestJobWait = TimeSpan.FromMilliseconds(1)));

        Assert.NotEqual(true, result.IsError);
        Assert.Contains(result.StructuredContent!.Value.GetProperty("status").GetString(), new[] { "queued", "running" });
        var note = Assert.IsType<TextContentBlock>(result.Content[1]).Text;
        Assert.Contains("get_export with exportId e 1", note, StringComparison.Ordinal);
        Assert.DoesNotContain(_jobs.Sent, sent => sent.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Job_that_is_gone_is_an_error()
    {
        _jobs.OnRead = context => { context.Response.StatusCode = StatusCodes.Status404NotFound; return Task.CompletedTask; };

        var result = await CallAsync();

        Assert.True(result.IsError);
        Assert.Contains("The job is gone", ToolBench.Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Temporarily_failing_read_is_retried()
    {
        var readings = 0;
        _jobs.OnRead = context =>
        {
            context.Response.StatusCode = ++readings < 6 ? StatusCodes.Status501NotImplemented : StatusCodes.Status200OK;
            context.Response.ContentType = "application/json";
            return readings < 6 ? Task.CompletedTask : context.Response.WriteAsync(JobsApi.Job("succeeded"));
        };

        var result = await CallAsync();

        Assert.NotEqual(true, result.IsError);
    }

    [Fact]
    public async Task Caller_that_leaves_cancels_the_job()
    {
        var cancelled = new TaskCompletionSource();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        _jobs.OnRead = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(JobsApi.Job("running", 4));
            await leaving.CancelAsync();
        };
        var answer = _jobs.Api.Answer;
        _jobs.Api.Answer = async context =>
        {
            await answer(context);
            if (context.Request.Method == "DELETE")
            {
                cancelled.SetResult();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CallAsync(cancellationToken: leaving.Token));

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Contains("DELETE /exports/e%201", _jobs.Sent);
    }

    [Fact]
    public async Task Long_call_reports_progress_every_few_seconds()
    {
        var release = new TaskCompletionSource();
        var progress = new Collector(atLeast: 3, release);
        _jobs.OnRead = async context =>
        {
            await release.Task.WaitAsync(context.RequestAborted);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(JobsApi.Job("running", 4));
        };

        var result = await CallAsync(progress, tool: "get_export", configure: services => services.AddSingleton<TimeProvider>(new HastyTime(factor: 20)));

        Assert.NotEqual(true, result.IsError);
        Assert.True(progress.Values.Count >= 3);
        Assert.Equal(progress.Values.Select(value => value.Progress).Distinct().Order(), progress.Values.Select(value => value.Progress));
        Assert.All(progress.Values, value => Assert.Equal("Still working", value.Message));
    }

    [Fact]
    public async Task Stalled_job_still_reports_progress()
    {
        var release = new TaskCompletionSource();
        var progress = new Collector(atLeast: 4, release);
        _jobs.OnRead = context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(release.Task.IsCompleted ? JobsApi.Job("succeeded", 10) : JobsApi.Job("running", 4));
        };

        await CallAsync(progress, configure: services => services.AddSingleton<TimeProvider>(new HastyTime(factor: 20)));

        var values = progress.Values.Select(value => value.Progress).ToArray();
        Assert.Equal(values.Distinct().Order(), values);
        Assert.Equal((0, 4), (values[0], values[1]));
        Assert.All(values[2..], value => Assert.InRange(value, 4, 4.1f));
    }

    private async Task<CallToolResult> CallAsync(
        Collector? progress = null, string? protocolVersion = null, string tool = "export_orders",
        Action<IServiceCollection>? configure = null, CancellationToken? cancellationToken = null)
    {
        _server = McpApplication.StartWith(_jobs.Api.Address, configure ?? (_ => { }));
        await _server.WaitForHealthAsync("Healthy");
        await using var client = await _server.ConnectAsync(protocolVersion);
        var arguments = tool == "export_orders"
            ? new Dictionary<string, object?> { ["format"] = "csv" }
            : new Dictionary<string, object?> { ["exportId"] = "e 1" };
        return await client.CallToolAsync(
            tool, arguments, progress, cancellationToken: cancellationToken ?? TestContext.Current.CancellationToken);
    }

    /// <summary>Records reported progress in order, and signals when there is enough.</summary>
    private sealed class Collector(int atLeast = int.MaxValue, TaskCompletionSource? release = null) : IProgress<ProgressNotificationValue>
    {
        public ConcurrentQueue<ProgressNotificationValue> Values { get; } = new();

        public void Report(ProgressNotificationValue value)
        {
            Values.Enqueue(value);
            if (Values.Count >= atLeast)
            {
                release?.TrySetResult();
            }
        }
    }
}
