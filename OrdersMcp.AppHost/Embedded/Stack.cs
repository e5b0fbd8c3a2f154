using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Resources;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.AppHost.Embedded;

/// <summary>The whole stack: what it consists of, what waits for what, how it starts and how it stops.</summary>
public sealed class Stack : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(9);
    private static readonly TimeSpan StopEach = TimeSpan.FromSeconds(1.5);

    private readonly ConsoleReport _report;
    private readonly Shutdown _shutdown;
    private readonly DataFolder _data;
    private readonly Ports _ports;
    private readonly Guardian _guardian;
    private readonly List<Supervisor> _all = [];

    private readonly PostgresCluster _cluster;
    private readonly ServiceProcess _apiService;
    private readonly ServiceProcess _mcpService;
    private readonly AspireDashboard? _aspire;
    private readonly McpInspector? _mcpInspector;
    private readonly Supervisor _postgres;
    private readonly Supervisor _api;
    private readonly Supervisor _mcp;
    private readonly Supervisor? _dashboard;
    private readonly Supervisor? _inspector;

    private StackException? _failure;

    /// <exception cref="StackException">The data folder is in use, or a port is.</exception>
    public Stack(StackOptions options, ConsoleReport report, Shutdown shutdown)
    {
        (_report, _shutdown) = (report, shutdown);
        _data = new DataFolder(options.DataDirectory);
        try
        {
            _ports = new Ports(options);
        }
        catch
        {
            _data.Dispose();
            throw;
        }

        _guardian = new Guardian(_data.ManifestPath);
        var tools = new ToolInstaller(options.CacheDirectory, _guardian, report);

        _aspire = options.Dashboard ? new AspireDashboard(_ports.Dashboard, _ports.Otlp, tools, _guardian) : null;
        _cluster = new PostgresCluster(_data, _ports.Postgres, options.Fresh, tools, _guardian, report);
        // The MCP server's own credential at the API, new in each run; with it the server says on whose behalf it calls.
        var serviceKey = DataFolder.NewSecret();
        _apiService = new ServiceProcess("api", "OrdersMcp.Api", _ports.Api)
            .With("Authentication__ServiceKey", serviceKey)
            .WithTelemetryTo(_aspire);
        _mcpService = new ServiceProcess("mcp", "OrdersMcp.McpServer", _ports.Mcp)
            .WithReference("api", _apiService.Url)
            .With("Mcp__Apis__0__ApiKey", serviceKey)
            .With("Mcp__SigningKey", DataFolder.NewSecret()) // so that a confirmation outlives a restart of the server
            .With("Audit__Directory", Path.Combine(_data.Path, "audit"))
            .WithTelemetryTo(_aspire);
        _mcpInspector = options.Inspector
            ? new McpInspector(_ports.Inspector, McpEndpoint, _data, tools, _guardian)
            : null;

        _postgres = Add(new Resource("postgres")
        {
            Prepare = _cluster.PrepareAsync,
            Launch = () => _cluster.Server,
            IsHealthy = _cluster.IsReadyAsync,
            Ports = [_cluster.Port],
            Address = $"localhost:{_cluster.Port}",
        });

        _dashboard = _aspire is null ? null : Add(new Resource("dashboard")
        {
            Prepare = _aspire.PrepareAsync,
            Launch = () => _aspire.Launch,
            IsHealthy = _aspire.IsHealthyAsync,
            Ports = [_aspire.Port, _aspire.OtlpPort],
            Address = _aspire.Url,
            Optional = true,
        });

        _api = Add(new Resource("api")
        {
            WaitFor = [_postgres],
            Launch = () => _apiService.WithDatabase(_cluster).Launch,
            IsHealthy = _apiService.IsHealthyAsync,
            Ports = [_apiService.Port],
            Address = _apiService.Url,
        });

        _mcp = Add(new Resource("mcp")
        {
            WaitFor = [_api],
            Launch = () => _mcpService.Launch,
            IsHealthy = _mcpService.IsHealthyAsync,
            Ports = [_mcpService.Port],
            Address = McpEndpoint,
        });

        _inspector = _mcpInspector is null ? null : Add(new Resource("inspector")
        {
            Prepare = _mcpInspector.PrepareAsync,
            Launch = () => _mcpInspector.Launch,
            IsHealthy = _mcpInspector.IsHealthyAsync,
            Ports = [_mcpInspector.Port],
            Address = _mcpInspector.Url,
            Optional = true,
            Quiet = true,
        });
    }

    private string McpEndpoint => $"{_mcpService.Url}/mcp";

    /// <summary>Runs until told to stop; everything has stopped when this returns or throws.</summary>
    /// <exception cref="StackException">The stack could not start, or a child kept dying.</exception>
    public async Task RunAsync()
    {
        _shutdown.KillEverything = () => _all.ForEach(supervisor => supervisor.Kill());
        _ = LaunchingParent.WatchAsync(_shutdown);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(_shutdown.Requested);
        await Task.WhenAll(
        [
            .. _all.Select(supervisor => UntilFailureAsync(supervisor.RunAsync(running.Token), running)),
            UntilFailureAsync(AnnounceAsync(running.Token), running),
            UntilFailureAsync(Task.Delay(Timeout.Infinite, running.Token), running),
        ]);
        await StopAsync();
        if (_failure is not null)
        {
            throw _failure;
        }
    }

    public ValueTask DisposeAsync()
    {
        _guardian.Dispose();
        _ports.Dispose();
        _data.Dispose();
        return ValueTask.CompletedTask;
    }

    private Supervisor Add(Resource resource)
    {
        var supervisor = new Supervisor(resource, _guardian, _ports, _report);
        _all.Add(supervisor);
        return supervisor;
    }

    private async Task UntilFailureAsync(Task task, CancellationTokenSource running)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (StackException exception)
        {
            _failure ??= exception;
            await running.CancelAsync();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _failure ??= new StackException(exception.Message, exception);
            await running.CancelAsync();
        }
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(_postgres.Healthy, _api.Healthy, _mcp.Healthy).WaitAsync(cancellation);
        var coreReady = _report.Elapsed;
        var everything = Task.WhenAll(_all.Select(supervisor => supervisor.Healthy));
        if (_all.Exists(supervisor => supervisor.Preparing))
        {
            // The first run: downloads go on for a while, and the core can be used meanwhile.
            new Summary(_report, Describe(coreReady, coreReady), _data.PasswordPath).Print(complete: false);
        }

        await everything.WaitAsync(cancellation);
        var ready = _report.Elapsed;
        void Publish() => DataFolder.WriteSecretFile(_data.ManifestPath, Describe(coreReady, ready).ToJson());
        Publish();
        // The process ids in it change with a restart.
        _all.ForEach(supervisor => supervisor.OnRestarted = Publish);
        new Summary(_report, Describe(coreReady, ready), _data.PasswordPath).Print(complete: true);
    }

    private StackManifest Describe(TimeSpan coreReady, TimeSpan ready) => new(
        Environment.ProcessId,
        Math.Round(coreReady.TotalSeconds, 2),
        Math.Round(ready.TotalSeconds, 2),
        new PostgresManifest(_postgres.Pid, "localhost", _cluster.Port, PostgresCluster.Database,
            PostgresCluster.UserName, _cluster.Password),
        new ApiManifest(_api.Pid, _apiService.Url, $"{_apiService.Url}/swagger"),
        new McpManifest(_mcp.Pid, _mcpService.Url, McpEndpoint),
        IsUp(_dashboard) ? new DashboardManifest(_dashboard!.Pid, _aspire!.Url, _aspire.Link, _aspire.ApiKey,
            _aspire.OtlpEndpoint, _aspire.OtlpApiKey) : null,
        IsUp(_inspector) ? new InspectorManifest(_inspector!.Pid, _mcpInspector!.Url, _mcpInspector.Link,
            _mcpInspector.Token) : null);

    private static bool IsUp(Supervisor? supervisor) => supervisor?.Healthy is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>In reverse order; the database, which comes last, has all the time that is left.</summary>
    private async Task StopAsync()
    {
        var begun = _report.Elapsed;
        _report.Line();
        _report.Line($"Stopping everything ({(_failure is null ? _shutdown.Reason : "a failure")}) …");
        File.Delete(_data.ManifestPath);
        foreach (var supervisor in Enumerable.Reverse(_all))
        {
            await supervisor.StopAsync(supervisor == _postgres ? begun + StopWithin - _report.Elapsed : StopEach);
        }

        _report.Line($"Everything stopped within {(_report.Elapsed - begun).TotalSeconds:0.0} s.");
    }
}
