using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Postgres;

/// <summary>The machine's own PgBouncer in transaction mode, in front of a PostgreSQL.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    // It ends when this shell's input ends, and so with the test run, even if the run is killed.
    private const string StopWithInput = """log=$1; shift; "$@" >>"$log" 2>&1 & server=$!; read -r _; kill -TERM $server; wait $server""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly Process _process;
    private readonly int _port;

    private PgBouncer(string folder, Process process, int port) => (_folder, _process, _port) = (folder, process, port);

    /// <summary>Starts it, or skips the test on a machine without one.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="logins">The logins that it knows.</param>
    public static async Task<PgBouncer> StartAsync(PostgresServer server, params string[] logins)
    {
        var (program, port, target) = (FindOrSkip(), FreePort.Take(), new NpgsqlConnectionStringBuilder(server.ConnectionString("postgres")));
        var folder = Directory.CreateTempSubdirectory("ordersmcp-pgbouncer-").FullName;
        var (settings, users) = (Path.Combine(folder, "pgbouncer.ini"), Path.Combine(folder, "users"));
        await File.WriteAllLinesAsync(users, logins.Select(login => $"\"{login}\" \"\""), TestContext.Current.CancellationToken);
        // Fewer connections than the service has: transactions share them.
        await File.WriteAllTextAsync(settings, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host=127.0.0.1 port={target.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {users}
            pool_mode = transaction
            default_pool_size = 4
            max_client_conn = 200
            server_login_retry = 1
            """), TestContext.Current.CancellationToken);
        if (Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        var log = Path.Combine(folder, "log");
        var bouncer = new PgBouncer(folder, Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", StopWithInput, "sh", log, .. PostgresServer.AsPostgresUser(), program, settings])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        })!, port);
        await Until.TrueAsync(bouncer.AnswersAsync, Patience, () => $"PgBouncer does not start: {File.ReadAllText(log)}");
        return bouncer;
    }

    /// <summary>Skips the test on a machine without PgBouncer.</summary>
    public static string FindOrSkip()
    {
        // Debian's is in /usr/sbin, which is not on every user's PATH.
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, "pgbouncer"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "There is no pgbouncer on PATH.");
        return program!;
    }

    public string ConnectionString(string database, string login) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = login,
        Database = database,
        SslMode = SslMode.Disable,
    }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{ConnectionString("postgres", "postgres")};Pooling=false;Timeout=5");
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false; // until it listens
        }
    }
}
