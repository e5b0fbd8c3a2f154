using Microsoft.Extensions.DependencyInjection;

namespace OrdersMcp.AppHost.Local;

/// <summary>What the dashboard needs of this machine; without it the system does not start, for nobody could see it.</summary>
internal static class DashboardStart
{
    /// <summary>Makes sure that the dashboard's ports are free, and that there is a certificate where it speaks TLS.</summary>
    /// <exception cref="StartException">It cannot start; the message says what to do.</exception>
    public static IDistributedApplicationBuilder WithDashboardCheck(this IDistributedApplicationBuilder builder)
    {
        var run = builder.LocalRun();
        Uri[] urls = [.. (builder.Configuration["ASPNETCORE_URLS"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => new Uri(url))];
        int[] ports = run.Settings.HasRandomPorts ? [] : [.. urls.Select(url => url.Port).Where(port => port != 0)];
        Array.ForEach(ports, run.Ports.Want);
        builder.Eventing.Subscribe<BeforeStartEvent>(async (start, cancellation) =>
        {
            if (Array.Exists(urls, url => url.Scheme == Uri.UriSchemeHttps)
                && start.Services.GetRequiredService<IDeveloperCertificateService>().Certificates.Count == 0)
            {
                throw new StartException(
                    "HTTPS needs .NET's developer certificate, which this machine does not have: dotnet dev-certs https --trust (the launch profile http needs none).");
            }

            foreach (var port in ports)
            {
                await run.Ports.ClaimAsync(port, "--dashboard-port", Console.WriteLine, cancellation);
            }
        });
        return builder;
    }
}
