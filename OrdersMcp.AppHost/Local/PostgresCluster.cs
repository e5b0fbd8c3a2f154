using System.Globalization;

namespace OrdersMcp.AppHost.Local;

/// <summary>A data folder of PostgreSQL, created on first use and kept.</summary>
internal sealed class PostgresCluster(DataFolder data, string cache)
{
    public const string UserName = "postgres";

    private readonly string _home = Path.Combine(data.Path, "postgres");
    private readonly string _newPassword = DataFolder.NewSecret();
    private PostgresPrograms? _programs;
    private UnprivilegedUser? _user;

    /// <summary>The superuser's password: the stored one, or the one for a new cluster.</summary>
    public string Password => File.Exists(data.PasswordFile) ? File.ReadAllText(data.PasswordFile).Trim() : _newPassword;

    /// <summary>The command for the server in the foreground, without the port.</summary>
    /// <exception cref="InvalidOperationException"><see cref="PrepareAsync"/> has not run.</exception>
    public string[] Server => AsUser(
        Programs.Postgres, "-D", Folder, "-c", "listen_addresses=localhost", "-c", "unix_socket_directories=");

    private PostgresPrograms Programs => _programs ?? throw new InvalidOperationException("The cluster is not prepared.");

    private string Folder => Path.Combine(_home, Programs.Version.ToString(CultureInfo.InvariantCulture));

    /// <summary>Gets the programs, and a data folder that no other server uses.</summary>
    /// <param name="databases">The databases of a new cluster.</param>
    /// <param name="report">Reports slow steps.</param>
    /// <param name="cancellation">Cancels the preparation.</param>
    /// <exception cref="StartException">There are no programs, or another server uses the folder.</exception>
    public async Task PrepareAsync(IReadOnlyList<string> databases, StepReport report, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new StartException("PostgreSQL as a process needs Linux or macOS. Start a container engine (Docker Desktop, Podman), or run this in WSL.");
        }

        data.Claim();
        _programs = await PostgresPrograms.FindAsync(cache, report.Say, cancellation);
        _user = UnprivilegedUser.ForRoot();
        Directory.CreateDirectory(_home);
        if (_user is not null)
        {
            _user.Own(_home);
            await _user.MustReachAsync(Programs.Postgres, "--cache", cancellation);
            await _user.MustReachAsync(_home, "--data", cancellation);
        }

        await PostmasterPid.ClearAsync(Folder, cancellation);
        if (!File.Exists(Path.Combine(Folder, "PG_VERSION")))
        {
            report.Say($"Creating the database in {Folder}");
            await CreateAsync(databases, report.Log, cancellation);
        }
        else if (!File.Exists(data.PasswordFile))
        {
            throw new StartException($"{data.PasswordFile} is missing, and the database in {Folder} cannot be opened without it. "
                + $"Put it back, or delete {Folder} to start over.");
        }
    }

    /// <summary>Whether the server accepts connections.</summary>
    public Task<bool> IsReadyAsync(CancellationToken cancellation) => PostmasterPid.IsReadyAsync(Folder, cancellation);

    /// <summary>Creates the cluster in another folder and renames it when complete, so that an interrupted initdb leaves no partial cluster.</summary>
    private async Task CreateAsync(IReadOnlyList<string> databases, Action<string> log, CancellationToken cancellation)
    {
        var unfinished = Folder + ".new";
        var passwordFile = Path.Combine(_home, "password");
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        var password = Password;
        DataFolder.WriteSecretFile(passwordFile, password);
        _user?.Own(passwordFile);
        try
        {
            string[] locale = Programs.Version >= 17
                ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
                : ["--locale=C"];
            await Local.Programs.MustAsync(
                "/",
                log,
                AsUser([Programs.InitDb, "-D", unfinished, "-U", UserName, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", .. locale]),
                cancellation);
            foreach (var database in databases)
            {
                await Local.Programs.MustAsync("/", log, [.. Sql($"CREATE DATABASE \"{database}\""), .. AsUser(SingleUser(unfinished))], cancellation);
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }

        DataFolder.WriteSecretFile(data.PasswordFile, password);
        Directory.Move(unfinished, Folder);
    }

    /// <summary>
    /// The server's single-user mode, which runs statements before the server starts. Using the driver instead would cost each
    /// start a second for its first connection. (PostgreSQL documentation, <c>postgres</c>, "Options for Single-User Mode".)
    /// </summary>
    private string[] SingleUser(string folder) =>
        [Programs.Postgres, "--single", "-c", "exit_on_error=true", "-D", folder, "postgres"];

    /// <summary>Passes a statement as input to the following command.</summary>
    private static string[] Sql(string statement) => ["/bin/sh", "-c", """echo "$0" | "$@" """, statement];

    private string[] AsUser(params string[] command) => _user?.Run(command) ?? command;
}
