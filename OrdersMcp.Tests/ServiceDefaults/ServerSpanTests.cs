using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.ServiceDefaults;

[Trait("Category", "Unit")]
public sealed class ServerSpanTests : IAsyncLifetime
{
    private static readonly ActivitySource Inner = new("OrdersMcp.Tests.Inner");

    /// <summary>Listeners hear the whole process; the spans of this test are those of its own trace.</summary>
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.AddServiceDefaults();
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing
            .SetSampler<AlwaysOnSampler>() // as Aspire sets it: a child does not follow its parent
            .AddSource(Inner.Name)
            .AddProcessor(new SimpleActivityExportProcessor(new QueueExporter(_trace, _spans))));
        builder.Services.AddProblemDetails();
        builder.Services.AddHealthChecks().AddCheck("traced", () =>
        {
            using var span = Inner.StartActivity("inside the probe");
            return Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Healthy();
        });
        _app = builder.Build();
        _app.UseExceptionHandler();
        _app.MapDefaultEndpoints();
        _app.MapGet("/orders/{orderId}", (int orderId) => orderId == 1 ? Results.Ok() : Results.NotFound());
        _app.MapGet("/broken/{orderId}", (int orderId) => orderId == 1 ? throw new InvalidOperationException("canary") : Results.Ok());
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("/orders/1", 200)]
    [InlineData("/orders/2", 404)]
    public async Task Server_span_has_route_status_and_name(string path, int status)
    {
        var span = await SpanOfAsync(path);

        Assert.Equal("GET /orders/{orderId}", span.DisplayName);
        Assert.Equal("/orders/{orderId}", span.GetTagItem("http.route"));
        Assert.Equal(status, span.GetTagItem("http.response.status_code"));
        Assert.Equal("GET", span.GetTagItem("http.request.method"));
        Assert.Equal(path, span.GetTagItem("url.path"));
        Assert.Null(span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
    }

    [Fact]
    public async Task Server_span_of_an_exception_names_its_type_and_route()
    {
        var span = await SpanOfAsync("/broken/1");

        Assert.Equal("GET /broken/{orderId}", span.DisplayName);
        Assert.Equal(500, span.GetTagItem("http.response.status_code"));
        Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    [Fact]
    public async Task Server_span_without_a_route_has_the_method_as_its_name()
    {
        var span = await SpanOfAsync("/nowhere");

        Assert.Equal("GET", span.DisplayName);
        Assert.Equal(404, span.GetTagItem("http.response.status_code"));
        Assert.Equal("/REDACTED", span.GetTagItem("url.path"));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Health_probe_leaves_no_span_nor_anything_inside_it(string path)
    {
        await GetAsync(path);

        var span = await SpanOfAsync("/orders/1");

        Assert.Same(span, Assert.Single(_spans));
    }

    private async Task<Activity> SpanOfAsync(string path)
    {
        await GetAsync(path);

        // The span ends just after the response does.
        Activity? span = null;
        await Until.TrueAsync(() => _spans.TryPeek(out span), () => $"{path} has no span.");
        return span!;
    }

    private async Task GetAsync(string path)
    {
        using var client = _app.GetTestClient();
        client.DefaultRequestHeaders.Add("traceparent", $"00-{_trace}-{ActivitySpanId.CreateRandom()}-01");
        using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
    }

    private sealed class QueueExporter(ActivityTraceId trace, ConcurrentQueue<Activity> spans) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                if (span.TraceId == trace)
                {
                    spans.Enqueue(span);
                }
            }

            return ExportResult.Success;
        }
    }
}
