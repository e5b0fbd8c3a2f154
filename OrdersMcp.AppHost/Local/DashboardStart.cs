using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace OrdersMcp.AppHost.Local;

/// <summary>What the dashboard needs of this machine; without it the system does not start, for nobody could see it.</summary>
internal static class DashboardStart
{
    /// <summary>Keeps the system from starting where a port of the dashboard is taken.</summary>
    public static IDistributedApplicationBuilder WithDashboardCheck(this IDistributedApplicationBuilder builder)
    {
        var run = builder.LocalRun();
        int[] ports = run.Settings.HasRandomPorts ? [] : [.. Urls(builder.Configuration).Select(url => url.Port).Where(port => port != 0)];
        Array.ForEach(ports, run.Ports.Want);
        builder.Eventing.Subscribe<BeforeStartEvent>(async (_, cancellation) =>
        {
            foreach (var port in ports)
            {
                await run.Ports.ClaimAsync(port, "--dashboard-port", Console.WriteLine, cancellation);
            }
        });
        return builder;
    }

    /// <summary>
    /// Makes sure that there is a certificate where the dashboard speaks TLS. Before the host starts: Aspire opens its own
    /// HTTPS endpoint while the host is still making its services, before any event.
    /// </summary>
    /// <exception cref="StartException">There is none; the message says what to do.</exception>
    public static void CheckCertificate(IServiceProvider services)
    {
        if (services.GetRequiredService<DistributedApplicationExecutionContext>().IsRunMode
            && Urls(services.GetRequiredService<IConfiguration>()).Any(url => url.Scheme == Uri.UriSchemeHttps)
            && services.GetRequiredService<IDeveloperCertificateService>().Certificates.Count == 0)
        {
            throw new StartException(
                "HTTPS needs .NET's developer certificate, which this machine does not have: dotnet dev-certs https --trust (the launch profile http needs none).");
        }
    }

    private static IEnumerable<Uri> Urls(IConfiguration configuration) =>
        (configuration["ASPNETCORE_URLS"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => new Uri(url));
}
