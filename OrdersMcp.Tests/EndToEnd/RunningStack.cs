using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The whole system as the AppHost describes it, started in this process on free ports with its own data.</summary>
public sealed class RunningStack : IAsyncDisposable
{
    /// <summary>The first start on a machine downloads some 100 MB, or pulls images.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(8);
    private static readonly string[] Everything = ["postgres", "ordersdb", "api", "mcp", "inspector", "playground"];

    private readonly TemporaryDataFolder _data;

    private RunningStack(DistributedApplication application, TemporaryDataFolder data) => (Application, _data) = (application, data);

    /// <summary>The running AppHost.</summary>
    public DistributedApplication Application { get; }

    /// <summary>The address of the orders API.</summary>
    public ApiAddress Api { get; private set; } = null!;

    /// <summary>The address of the MCP server.</summary>
    public McpAddress Mcp { get; private set; } = null!;

    /// <summary>Where the database is.</summary>
    public PostgresLogin Postgres { get; private set; } = null!;

    /// <summary>The address of the dashboard.</summary>
    public DashboardAddress Dashboard { get; private set; } = null!;

    /// <summary>The address of the playground.</summary>
    public PlaygroundAddress Playground { get; private set; } = null!;

    /// <summary>Where the Inspector is.</summary>
    public InspectorAddress Inspector { get; private set; } = null!;

    /// <summary>Starts the system and waits until all of it is healthy.</summary>
    public static async Task<RunningStack> StartAsync(params string[] settings)
    {
        var (key, browser) = (Secret(), Secret());
        var data = new TemporaryDataFolder();
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrdersMcp_AppHost>(
            [
                $"--data={data.Path}",
                "--ASPNETCORE_URLS=http://localhost:0",
                "--ASPIRE_ALLOW_UNSECURED_TRANSPORT=true",
                "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:0",
                "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=http://localhost:0",
                $"--ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN={browser}",
                $"--AppHost:DashboardApiKey={key}",
                .. settings,
            ],
            (options, _) => options.DisableDashboard = false,
            TestContext.Current.CancellationToken);

        // The test has its own database: a volume belongs to the developer who runs the system on this machine.
        foreach (var server in builder.Resources.OfType<PostgresServerResource>())
        {
            foreach (var volume in server.Annotations.OfType<ContainerMountAnnotation>().ToArray())
            {
                server.Annotations.Remove(volume);
            }
        }

        var application = await builder.BuildAsync(TestContext.Current.CancellationToken);
        var stack = new RunningStack(application, data);
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

            await stack.FindAddressesAsync(key, browser, patience.Token);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>The console output of a resource.</summary>
    public async Task<string> ConsoleAsync(string resource)
    {
        var lines = new List<string>();
        await foreach (var batch in Application.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(Find(resource)))
        {
            lines.AddRange(batch.Select(line => line.Content));
        }

        return string.Join('\n', lines);
    }

    /// <summary>A resource by its name.</summary>
    public IResource Find(string name) =>
        Application.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == name);

    /// <summary>The process that runs a service now. Commands on the dashboard restart services, so ask each time.</summary>
    public async Task<int> ProcessOfAsync(string service)
    {
        await Application.ResourceNotifications.WaitForResourceHealthyAsync(service, TestContext.Current.CancellationToken);
        Assert.True(Application.ResourceNotifications.TryGetCurrentState(service, out var state));
        return Convert.ToInt32(state.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Application.DisposeAsync();
        _data.Dispose();
    }

    private async Task FindAddressesAsync(string key, string browser, CancellationToken cancellation)
    {
        string Url(string resource) => Application.GetEndpoint(resource, "http").AbsoluteUri.TrimEnd('/');
        var (api, mcp, dashboard) = (Url("api"), Url("mcp"), Url("aspire-dashboard"));
        var database = new NpgsqlConnectionStringBuilder(await Application.GetConnectionStringAsync("ordersdb", cancellation));
        // The link with its token appears when the Inspector runs.
        var connecting = await Application.ResourceNotifications.WaitForResourceAsync(
            "inspector", state => state.Snapshot.Urls.Any(url => url.Url.Contains("MCP_INSPECTOR_API_TOKEN=", StringComparison.Ordinal)), cancellation);
        var link = connecting.Snapshot.Urls.First(url => url.Url.Contains("MCP_INSPECTOR_API_TOKEN=", StringComparison.Ordinal)).Url;
        Api = new ApiAddress(api, $"{api}/swagger");
        Mcp = new McpAddress(mcp, $"{mcp}/mcp");
        Postgres = new PostgresLogin(database.Host!, database.Port, database.Database!, database.Username!, database.Password!);
        Dashboard = new DashboardAddress(dashboard, $"{dashboard}/login?t={browser}", key, new OtlpAddress(
            EnvironmentOf("mcp", "OTEL_EXPORTER_OTLP_ENDPOINT"), EnvironmentOf("mcp", "OTEL_EXPORTER_OTLP_HEADERS")));
        Playground = new PlaygroundAddress(Url("playground"));
        Inspector = new InspectorAddress(Url("inspector"), link);
    }

    private string EnvironmentOf(string resource, string variable)
    {
        Assert.True(Application.ResourceNotifications.TryGetCurrentState(resource, out var state));
        return state.Snapshot.EnvironmentVariables.Single(each => each.Name == variable).Value!;
    }

    private static string Secret() => Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
}

/// <summary>The orders API, a process of this machine.</summary>
public sealed record ApiAddress(string Url, string Swagger);

/// <summary>The MCP server, a process of this machine.</summary>
public sealed record McpAddress(string Url, string Endpoint);

/// <summary>The playground, a process of this machine.</summary>
public sealed record PlaygroundAddress(string Url);

/// <summary>The database, as its owner.</summary>
public sealed record PostgresLogin(string Host, int Port, string Database, string Username, string Password);

/// <summary>The dashboard, the link that logs in, and the key of its telemetry API.</summary>
public sealed record DashboardAddress(string Url, string Link, string ApiKey, OtlpAddress Otlp);

/// <summary>The OTLP endpoint and headers that the AppHost gives its services.</summary>
public sealed record OtlpAddress(string Endpoint, string Headers);

/// <summary>The Inspector's page, and the link with its token.</summary>
public sealed record InspectorAddress(string Url, string Link);
