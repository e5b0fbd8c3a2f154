using OrdersMcp.AppHost.Embedded.Processes;

namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>A service of this solution, built beside this host, run as its own process with Aspire's environment.</summary>
internal sealed class ServiceProcess(string name, string project, int port)
{
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal)
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["ASPNETCORE_URLS"] = $"http://localhost:{port}",
        ["OTEL_SERVICE_NAME"] = name,
        ["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={Guid.NewGuid().ToString("N")[..8]}",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_TRACES_SAMPLER"] = "always_on",
    };

    public string Url => $"http://localhost:{port}";

    public int Port => port;

    public Launch Launch
    {
        get
        {
            // The shared artifacts folder: bin/<project>/<configuration>/.
            var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            var folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration));
            // The working directory is the content root, where the service's appsettings are.
            return new Launch(Executable.DotNet, Path.Combine(folder, project + ".dll"))
            {
                WorkingDirectory = Directory.Exists(folder)
                    ? folder
                    : throw new StackException($"{folder} is missing: build {project} first."),
                Environment = _environment,
            };
        }
    }

    public Task<bool> IsHealthyAsync(CancellationToken cancellation) =>
        HttpProbe.IsHealthyAsync($"{Url}/health", cancellation);

    /// <summary>Aspire's <c>WithReference(service)</c>.</summary>
    public ServiceProcess WithReference(string service, string url)
    {
        _environment[$"services__{service}__http__0"] = url;
        _environment[$"{service.ToUpperInvariant()}_HTTP"] = url;
        return this;
    }

    /// <summary>Aspire's <c>WithEnvironment</c>. Secrets go this way: a command line is for everybody to read.</summary>
    public ServiceProcess With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>
    /// Aspire's <c>WithReference(database)</c>. The password is known when the cluster is, so this is called then.
    /// </summary>
    public ServiceProcess WithDatabase(PostgresCluster cluster)
    {
        const string Name = PostgresCluster.Database;
        const string User = PostgresCluster.UserName;
        var prefix = Name.ToUpperInvariant();
        _environment[$"ConnectionStrings__{Name}"] =
            $"Host=localhost;Port={cluster.Port};Username={User};Password={cluster.Password};Database={Name}";
        _environment[$"{prefix}_HOST"] = "localhost";
        _environment[$"{prefix}_PORT"] = $"{cluster.Port}";
        _environment[$"{prefix}_USERNAME"] = User;
        _environment[$"{prefix}_PASSWORD"] = cluster.Password;
        _environment[$"{prefix}_DATABASENAME"] = Name;
        _environment[$"{prefix}_URI"] = $"postgresql://{User}:{cluster.Password}@localhost:{cluster.Port}/{Name}";
        _environment[$"{prefix}_JDBCCONNECTIONSTRING"] = $"jdbc:postgresql://localhost:{cluster.Port}/{Name}";
        return this;
    }

    /// <summary>Sends telemetry to the dashboard; without one, nothing is exported.</summary>
    public ServiceProcess WithTelemetryTo(AspireDashboard? dashboard)
    {
        if (dashboard is not null)
        {
            _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = dashboard.OtlpEndpoint;
            _environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
            _environment["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-otlp-api-key={dashboard.OtlpApiKey}";
        }

        return this;
    }
}
