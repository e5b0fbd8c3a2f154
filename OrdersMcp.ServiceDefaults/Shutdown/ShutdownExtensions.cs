using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Shutdown;

internal static class ShutdownExtensions
{
    /// <summary>Makes the service drain before it stops (<see cref="ShutdownOptions"/>).</summary>
    public static void AddDrain(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<ShutdownOptions>()
            .BindConfiguration(ShutdownOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        // The host's shutdown timeout includes draining, so extend it: running requests keep the whole original timeout.
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) =>
            host.ShutdownTimeout += TimeSpan.FromSeconds(shutdown.Value.DrainSeconds));
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Drain>());
        builder.Services.AddHealthChecks().AddCheck<Drain>("draining", tags: ["ready"]);
    }
}
