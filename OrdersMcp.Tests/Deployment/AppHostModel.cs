using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrdersMcp.Tests.Deployment;

/// <summary>The AppHost's model of the services, with every optional parameter set.</summary>
internal static class AppHostModel
{
    /// <summary>Settings only for runs on a developer's machine: the journal's folder, and the keys of the Inspector and the playground.</summary>
    private static bool IsLocal(string name) => name == "Audit__Directory"
        || name.StartsWith("Authentication__ApiKeys__1__", StringComparison.Ordinal)
        || name.StartsWith("Authentication__ApiKeys__playground_", StringComparison.Ordinal);

    /// <summary>
    /// The settings of a service: environment variables with their values, which name parameters or resources. Variables that
    /// Aspire adds for itself are omitted.
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

    /// <summary>The name without the endpoint's scheme, which differs between a machine and a network.</summary>
    public static string WithoutScheme(string name) =>
        name.StartsWith("services__", StringComparison.Ordinal) ? name.Replace("__https__", "__http__", StringComparison.Ordinal) : name;
}
