using OrdersMcp.AppHost.Resources;

namespace OrdersMcp.AppHost.Deployment;

/// <summary>Whose word counts about a caller's address, and about the name that it called.</summary>
internal static class TrustedProxy
{
    /// <summary>
    /// Published, ASP.NET Core takes <c>X-Forwarded-*</c> from everybody (<c>ASPNETCORE_FORWARDEDHEADERS_ENABLED</c>). In
    /// Container Apps everybody is the ingress; on one machine it would be every caller, so there it is off.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithoutForwardedHeaders(
        this IResourceBuilder<ProjectResource> service, DeploymentTarget target) =>
        target == DeploymentTarget.Compose ? service.DisableForwardedHeaders() : service;

    /// <summary>The same, but for a proxy in the network that the setting <c>Parameters:proxy-network</c> names.</summary>
    public static IResourceBuilder<ProjectResource> WithTrustedProxy(
        this IResourceBuilder<ProjectResource> service, DeploymentTarget target) =>
        target == DeploymentTarget.Compose && service.ApplicationBuilder.AddOptionalParameter("proxy-network") is { } network
            ? service.WithoutForwardedHeaders(target).WithEnvironment("Proxy__Networks__0", network)
            : service.WithoutForwardedHeaders(target);
}
