using Microsoft.Extensions.Configuration;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>The store in which replicas of the MCP server share their limits.</summary>
internal static class SharedLimits
{
    /// <summary>
    /// Adds the store if the setting <c>Redis</c> asks for it; one replica needs none. It is Redis in a container, or Garnet
    /// as a process if no container engine runs.
    /// </summary>
    public static void AddSharedLimits(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ProjectResource> mcp)
    {
        if (!builder.Configuration.GetValue(CommandLine.Redis, false))
        {
            return;
        }

        if (builder.UsesContainers())
        {
            mcp.UsesStore(builder.AddRedis(name).WithoutHttpsCertificate());
        }
        else
        {
            mcp.UsesStore(builder.AddGarnetProcess(name));
        }
    }

    private static void UsesStore(this IResourceBuilder<ProjectResource> mcp, IResourceBuilder<IResourceWithConnectionString> store) =>
        mcp.WithReference(store.WithIconName("Gauge")).WaitFor(store);
}
