using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Local;

/// <summary>Where a running system is.</summary>
internal static class Addresses
{
    /// <summary>The name of the resource that Aspire adds for its dashboard.</summary>
    public const string Dashboard = "aspire-dashboard";

    /// <summary>The dashboard's link, which logs in.</summary>
    public static async Task<string> DashboardAsync(
        DistributedApplicationModel model, IConfiguration configuration, CancellationToken cancellation)
    {
        var resource = (IResourceWithEndpoints)model.Resources.Single(resource => resource.Name == Dashboard);
        var endpoint = resource.GetEndpoint("https") is { Exists: true } https ? https : resource.GetEndpoint("http");
        var address = await endpoint.GetValueAsync(cancellation);
        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{address}/login?t={token}" : address!;
    }

    /// <summary>The address of the endpoint <c>http</c> of a resource.</summary>
    public static async Task<string> OfAsync(DistributedApplicationModel model, string name, CancellationToken cancellation) =>
        (await ((IResourceWithEndpoints)model.Resources.Single(resource => resource.Name == name)).GetEndpoint("http").GetValueAsync(cancellation))!;
}
