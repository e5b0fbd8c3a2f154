using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Local;

/// <summary>The addresses of a running system.</summary>
internal static class Addresses
{
    /// <summary>The name of the resource that Aspire adds for its dashboard.</summary>
    public const string Dashboard = "aspire-dashboard";

    /// <summary>The link to the dashboard, which logs in.</summary>
    public static async Task<string> DashboardAsync(
        DistributedApplicationModel model, IConfiguration configuration, CancellationToken cancellation)
    {
        var resource = (IResourceWithEndpoints)model.Resources.Single(resource => resource.Name == Dashboard);
        var endpoint = resource.GetEndpoint("https") is { Exists: true } https ? https : resource.GetEndpoint("http");
        var address = await endpoint.GetValueAsync(cancellation);
        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{address}/login?t={token}" : address!;
    }

    /// <summary>The address of a resource's endpoint <c>http</c>.</summary>
    public static async Task<string> OfAsync(DistributedApplicationModel model, string name, CancellationToken cancellation) =>
        (await ((IResourceWithEndpoints)model.Resources.Single(resource => resource.Name == name)).GetEndpoint("http").GetValueAsync(cancellation))!;
}
