using System.Text.Json.Nodes;

namespace OrdersMcp.AppHost.Local;

/// <summary>A Garnet server as a process on this machine.</summary>
internal sealed class GarnetProcessResource(string name, string folder, ParameterResource password)
    : ExecutableResource(name, GarnetProgram.DotNet, folder), IResourceWithConnectionString
{
    public EndpointReference Endpoint => field ??= new(this, "tcp");

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create(
        $"{Endpoint.Property(EndpointProperty.HostAndPort)},password={password}");
}

internal static class GarnetProcess
{
    /// <summary>Adds a server whose content ends with it.</summary>
    public static IResourceBuilder<GarnetProcessResource> AddGarnetProcess(this IDistributedApplicationBuilder builder, string name)
    {
        var run = builder.LocalRun();
        var secret = DataFolder.NewSecret();
        var password = builder.AddParameter($"{name}-password", () => secret, secret: true);
        var resource = new GarnetProcessResource(name, Path.GetTempPath(), password.Resource);
        string? program = null;
        return builder.AddResource(resource)
            .WithEndpoint(name: "tcp", scheme: "tcp", isProxied: false)
            .WithArgs(context =>
            {
                // The password is in a file: other users of this machine can read a command line.
                foreach (var argument in new[] { program!, "--config-import-path", run.Data.Garnet }.Concat(GarnetProgram.Arguments))
                {
                    context.Args.Add(argument);
                }

                context.Args.Add("--port");
                context.Args.Add(resource.Endpoint.Property(EndpointProperty.TargetPort));
            })
            .WithEnvironment("DOTNET_gcServer", "0") // a heap for each processor would cost memory for nothing
            .BeforeStart(async (report, cancellation) =>
            {
                run.Data.Claim();
                program = await GarnetProgram.FindAsync(run.Settings.CacheFolder, report.Say, cancellation);
                DataFolder.WriteSecretFile(run.Data.Garnet, new JsonObject { ["AuthenticationMode"] = "Password", ["Password"] = secret }.ToJsonString());
            })
            .WithReadiness("connections", async _ =>
                resource.Endpoint.IsAllocated && await Readiness.ListensAsync(resource.Endpoint.Host, resource.Endpoint.Port)
                    ? null
                    : "The server does not accept connections yet.");
    }
}
