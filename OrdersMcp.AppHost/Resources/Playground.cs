using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>The playground, where a model uses the tools. It is for developers, and not published.</summary>
internal static class Playground
{
    /// <summary>The setting that turns it on or off.</summary>
    private const string Setting = "Playground";

    private const int Port = 5070;

    /// <summary>Who calls the MCP server from the playground. The customer is one of the demo data.</summary>
    private static readonly Caller[] Callers =
    [
        new("read-write", "Read and write", "May use every tool.", ["orders.read", "orders.write"], Customer: null),
        new("read-only", "Read only", "May use the tools that change nothing.", ["orders.read"], Customer: null),
        new("customer", "Customer Alice", "May read and write, but only the orders of customer 1234.", ["orders.read", "orders.write"], "1234"),
    ];

    /// <summary>Adds the playground in Development, unless the setting says otherwise.</summary>
    public static void AddPlayground(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ProjectResource> mcp)
    {
        if (builder.ExecutionContext.IsPublishMode || !(builder.Configuration.GetValue<bool?>(Setting) ?? builder.Environment.IsDevelopment()))
        {
            return;
        }

        var playground = builder.AddProject<Projects.OrdersMcp_Playground>(name)
            .AsBuilt()
            .WithFixedPort(Setting, Port)
            .WithReference(mcp)
            .WithTraceLinks()
            .WithReadiness("/health")
            .WithIconName("Chat")
            .WithLinks("Playground", ("/openapi/v1.json", "OpenAPI document"));
        foreach (var (index, caller) in Callers.Index())
        {
            caller.Admit(playground, mcp, index);
        }
    }

    /// <summary>Tells the playground where the dashboard is, so that it can link to traces. Tests may run without one.</summary>
    private static IResourceBuilder<ProjectResource> WithTraceLinks(this IResourceBuilder<ProjectResource> playground) =>
        playground.WithEnvironment(context =>
        {
            var dashboard = playground.ApplicationBuilder.Resources.OfType<IResourceWithEndpoints>()
                .FirstOrDefault(resource => resource.Name == Addresses.Dashboard);
            if (dashboard is not null)
            {
                context.EnvironmentVariables["Playground__DashboardUrl"] =
                    dashboard.GetEndpoint("https") is { Exists: true } https ? https : dashboard.GetEndpoint("http");
            }
        });

    private sealed record Caller(string Id, string Name, string Description, string[] Scopes, string? Customer)
    {
        /// <summary>Gives the playground a key for this run, and the MCP server its hash.</summary>
        public void Admit(IResourceBuilder<ProjectResource> playground, IResourceBuilder<ProjectResource> mcp, int index)
        {
            var key = new RunKey();
            var name = $"{playground.Resource.Name}-{Id}";
            var entry = $"Authentication__ApiKeys__{name.Replace('-', '_')}__"; // not a number: those belong to the user's own keys
            mcp.WithEnvironment($"{entry}Name", name)
                .WithEnvironment($"{entry}Hash", key.Hash)
                .WithEnvironment($"{entry}IsForDevelopment", "true");
            foreach (var (i, scope) in Scopes.Index())
            {
                mcp.WithEnvironment(string.Create(CultureInfo.InvariantCulture, $"{entry}Scopes__{i}"), scope);
            }

            if (Customer is not null)
            {
                mcp.WithEnvironment($"{entry}CustomerId", Customer);
            }

            var setting = string.Create(CultureInfo.InvariantCulture, $"Playground__Callers__{index}__");
            playground.WithEnvironment($"{setting}Id", Id)
                .WithEnvironment($"{setting}Name", Name)
                .WithEnvironment($"{setting}Description", Description)
                .WithEnvironment($"{setting}ApiKey", playground.ApplicationBuilder.AddParameter($"{name}-key", key.Text, secret: true));
        }
    }
}
