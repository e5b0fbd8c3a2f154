using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.AppHost.Embedded.Resources;

/// <summary>A PostgreSQL data folder with the database <c>ordersdb</c>, made on first use and kept.</summary>
internal sealed class PostgresCluster(
    DataFolder data, int port, bool fresh, ToolInstaller tools, Guardian guardian, ConsoleReport report)
{
    public const string Database = "ordersdb";
    public const string UserName = "postgres";

    private readonly string _home = Path.Combine(data.Path, "postgres");
    private readonly UnprivilegedUser? _user = UnprivilegedUser.ForRoot();
    private PostgresBinaries _binaries = new("", 0);

    public int Port => port;

    /// <summary>The superuser's password, generated with the cluster.</summary>
    public string Password { get; private set; } = "";

    private string Folder => Path.Combine(_home, _binaries.Version.ToString());

    /// <summary>The server in the foreground. SIGINT is its fast shutdown: clients are cut off, the data is safe.</summary>
    public Launch Server => AsUser(new Launch(_binaries.Postgres, "-D", Folder, "-p", $"{port}",
        "-c", "listen_addresses=localhost", "-c", "unix_socket_directories=")
    {
        StopSignal = Signal.Interrupt,
        // Without a locale in the environment (started from an IDE), macOS starts a thread where PostgreSQL allows none.
        Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["LC_ALL"] = "C" },
    });

    /// <summary>Gets the programs, and a cluster that nobody else uses.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        _binaries = await PostgresBinaries.FindAsync(tools, guardian, report, cancellation);
        Directory.CreateDirectory(_home);
        if (_user is not null)
        {
            _user.Own(_home);
            await _user.MustReachAsync(_binaries.Postgres, "--cache", guardian, cancellation);
            await _user.MustReachAsync(_home, "--data", guardian, cancellation);
        }

        await PostmasterPid.ClearAsync(Folder, cancellation);
        if (fresh)
        {
            report.State("postgres", "starting over", $"{Folder} is thrown away");
            Delete(Folder);
        }

        if (!File.Exists(Path.Combine(Folder, "PG_VERSION")))
        {
            // Clusters of several versions may lie side by side: they share the password.
            Password = File.Exists(data.PasswordPath)
                ? (await File.ReadAllTextAsync(data.PasswordPath, cancellation)).Trim()
                : DataFolder.NewSecret();
            report.State("postgres", "creating", $"a database in {Folder}");
            await CreateAsync(cancellation);
        }
        else if (!File.Exists(data.PasswordPath))
        {
            throw new StackException($"{data.PasswordPath} is missing, and the database in {Folder} cannot be opened "
                + "without it. Put it back, or throw the database away with --fresh.");
        }

        Password = (await File.ReadAllTextAsync(data.PasswordPath, cancellation)).Trim();
    }

    public Task<bool> IsReadyAsync(CancellationToken cancellation) =>
        PostgresProbe.AcceptsAsync(port, UserName, Database, cancellation);

    /// <summary>Made beside its place and renamed when complete, so that a cut-short initdb leaves nothing half done.</summary>
    private async Task CreateAsync(CancellationToken cancellation)
    {
        var unfinished = Folder + ".new";
        var passwordFile = Path.Combine(_home, "password");
        Delete(unfinished);
        DataFolder.WriteSecretFile(passwordFile, Password);
        _user?.Own(passwordFile);
        try
        {
            string[] locale = _binaries.Version >= 17
                ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                : ["--locale=C"];
            await Command.MustAsync("initdb", AsUser(new Launch(_binaries.InitDb, ["-D", unfinished, "-U", UserName,
                "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", .. locale])), guardian, cancellation);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        // Single-user mode needs no server, no port and no client.
        await Command.MustAsync("CREATE DATABASE", AsUser(new Launch(_binaries.Postgres, "--single", "-D", unfinished,
            "postgres")), guardian, cancellation, input: $"CREATE DATABASE {Database};\n");
        DataFolder.WriteSecretFile(data.PasswordPath, Password);
        Directory.Move(unfinished, Folder);
    }

    private Launch AsUser(Launch launch) => _user?.Run(launch) ?? launch;

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
