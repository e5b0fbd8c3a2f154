using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrdersMcp.Tests.Deployment;

/// <summary>What the AppHost's model says of the services, with every optional parameter set.</summary>
internal static class AppHostModel
{
    /// <summary>Settings that only a run on a developer's machine has: the journal's folder, and the key of the Inspector.</summary>
    private static bool IsLocal(string name) =>
        name == "Audit__Directory" || name.StartsWith("Authentication__ApiKeys__1__", StringComparison.Ordinal);

    /// <summary>
    /// The settings of a service: names of environment variables with the value, which names a parameter or resource. What
    /// Aspire adds for itself is left out.
    /// </summary>
    public static async Task<Dictionary<string, string>> SettingsAsync(string service)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrdersMcp_AppHost>(
            [
                "--Parameters:oauth-issuer=https://login.example.com", "--Parameters:oauth-audience=https://mcp.example.com/mcp",
                "--Parameters:api-key-hash=hmac-sha256:1:2:3", "--Parameters:api-key-scopes=orders.read orders.write",
            ],
            TestContext.Current.CancellationToken);
        var resource = Assert.IsType<ProjectResource>(builder.Resources.Single(resource => resource.Name == service));
        var configuration = await ExecutionConfigurationBuilder.Create(resource).WithEnvironmentVariablesConfig()
            .BuildAsync(new(DistributedApplicationOperation.Publish), NullLogger.Instance, TestContext.Current.CancellationToken);
        return configuration.EnvironmentVariables
            .Where(variable => IsSetting(variable.Key) && !IsLocal(variable.Key))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Names of settings have a section; the names of the platform (OTEL_…, HTTP_PORTS) have none.</summary>
    public static bool IsSetting(string name) => name.Contains("__", StringComparison.Ordinal) && !name.StartsWith("OTEL_", StringComparison.Ordinal);

    /// <summary>The name without the scheme of an endpoint, which differs between a machine and a network.</summary>
    public static string WithoutScheme(string name) =>
        name.StartsWith("services__", StringComparison.Ordinal) ? name.Replace("__https__", "__http__", StringComparison.Ordinal) : name;
}
