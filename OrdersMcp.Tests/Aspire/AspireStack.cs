using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using OrdersMcp.AppHost.Embedded;
using OrdersMcp.Tests.EndToEnd;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Aspire;

/// <summary>The AppHost, started in the test's process with its containers and the dashboard, on ports that are free.</summary>
internal sealed class AspireStack : IRunningStack
{
    /// <summary>The first start on a machine pulls images.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(8);
    private static readonly string[] Everything = ["postgres", "api", "mcp", "inspector"];

    private readonly DistributedApplication _application;

    private AspireStack(DistributedApplication application, StackManifest manifest) =>
        (_application, Manifest) = (application, manifest);

    public StackManifest Manifest { get; }

    public string Output => "";

    public DistributedApplication Application => _application;

    public static async Task<AspireStack> StartAsync()
    {
        var (key, browser, otlp) = (Secret(), Secret(), Secret());
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrdersMcp_AppHost>(
            // On the command line, which user secrets of earlier runs do not override.
            [
                "--Parameters:inspector-port=0",
                $"--ASPNETCORE_URLS=http://localhost:{FreePort.Take()}",
                "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
                $"--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:{FreePort.Take()}",
                $"--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:{FreePort.Take()}",
                $"--ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN={browser}",
                $"--AppHost:DashboardApiKey={key}",
                $"--AppHost:OtlpApiKey={otlp}",
            ],
            (options, _) => options.DisableDashboard = false,
            TestContext.Current.CancellationToken);

        // A database of the test's own: the volume belongs to the developer who runs the system here.
        foreach (var server in builder.Resources.OfType<PostgresServerResource>())
        {
            foreach (var volume in server.Annotations.OfType<ContainerMountAnnotation>().ToArray())
            {
                server.Annotations.Remove(volume);
            }
        }

        var application = await builder.BuildAsync(TestContext.Current.CancellationToken);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(StartPatience);
            await application.StartAsync(patience.Token);
            foreach (var resource in Everything)
            {
                await application.ResourceNotifications.WaitForResourceHealthyAsync(
                    resource, WaitBehavior.StopOnResourceUnavailable, patience.Token);
            }

            return new AspireStack(application, await DescribeAsync(application, key, browser, otlp, patience.Token));
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static async Task<StackManifest> DescribeAsync(
        DistributedApplication application, string key, string browser, string otlp, CancellationToken cancellation)
    {
        string Url(string resource) => application.GetEndpoint(resource, "http").AbsoluteUri.TrimEnd('/');
        var (api, mcp, inspector) = (Url("api"), Url("mcp"), Url("inspector"));
        var database = new Npgsql.NpgsqlConnectionStringBuilder(await application.GetConnectionStringAsync("ordersdb", cancellation));
        // The link that connects by itself comes when the Inspector's container runs.
        var connecting = await application.ResourceNotifications.WaitForResourceAsync(
            "inspector", state => state.Snapshot.Urls.Any(url => url.Url.Contains("autoConnect", StringComparison.Ordinal)), cancellation);
        var link = connecting.Snapshot.Urls.First(url => url.Url.Contains("autoConnect", StringComparison.Ordinal)).Url;
        var frontend = Url("aspire-dashboard");
        return new StackManifest(
            Environment.ProcessId, 0, 0,
            new PostgresManifest(0, database.Host!, database.Port, database.Database!, database.Username!, database.Password!),
            new ApiManifest(0, api, $"{api}/swagger"),
            new McpManifest(0, mcp, $"{mcp}/mcp"),
            new DashboardManifest(
                0, frontend, $"{frontend}/login?t={browser}", key,
                application.GetEndpoint("aspire-dashboard", "otlp-grpc").AbsoluteUri.TrimEnd('/'), otlp),
            new InspectorManifest(Environment.ProcessId, inspector, link, link.Split("autoConnect=")[1]));
    }

    private static string Secret() => Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
}
