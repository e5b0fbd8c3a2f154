using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.ServiceDefaults;

/// <summary>Metrics are exported directly to Application Insights if its connection string is set.</summary>
[Trait("Category", "Unit")]
public sealed class AzureMonitorTests
{
    private const string Key = "00000000-0000-0000-0000-000000000042";

    [Fact]
    public async Task Metrics_are_sent_to_the_endpoint_of_the_connection_string()
    {
        await using var insights = await TestApi.StartAsync(document: "");
        insights.Answer = context => context.Response.WriteAsync("""{"itemsReceived":1,"itemsAccepted":1,"errors":[]}""");
        await using var app = Build($"--APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey={Key};IngestionEndpoint={insights.Address}/");
        using var meter = new Meter(app.Environment.ApplicationName);
        meter.CreateCounter<long>("canary").Add(1);

        app.Services.GetRequiredService<MeterProvider>().ForceFlush();

        await Until.TrueAsync(
            () => insights.Requests.Any(request => request is { Method: "POST", Target: "/v2.1/track" }), () => "Application Insights got nothing.");
    }

    [Fact]
    public async Task Nothing_is_exported_without_a_connection_string()
    {
        await using var app = Build("--APPLICATIONINSIGHTS_CONNECTION_STRING=");

        Assert.True(app.Services.GetRequiredService<MeterProvider>().ForceFlush());
    }

    private static WebApplication Build(string setting)
    {
        var builder = WebApplication.CreateBuilder([setting]);
        builder.AddServiceDefaults();
        return builder.Build();
    }
}
