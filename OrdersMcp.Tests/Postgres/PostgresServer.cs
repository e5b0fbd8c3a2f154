using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrdersMcp.AppHost.Local;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Postgres;

/// <summary>A separate, real PostgreSQL with data in a temporary folder, a free loopback port, and no durability.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    // PostgreSQL refuses to run as root. These are "nobody" and its group on every Linux.
    private static readonly string[] DropRoot = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

    // The server ends when this shell's input ends, and so with the test run, even if the run is killed.
    private const string StopWithInput =
        """log=$1; shift; "$@" >>"$log" 2>&1 & server=$!; read -r _; kill -INT $server; wait $server""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CreationPatience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("ordersmcp-pg-").FullName;
    private readonly int _port = FreePort.Take();
    private Process? _process;

    private readonly PostgresPrograms _binaries;

    private PostgresServer(PostgresPrograms binaries) => _binaries = binaries;

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "log");

    /// <summary>Creates an empty server without starting it.</summary>
    public static async Task<PostgresServer> CreateAsync()
    {
        var server = new PostgresServer(await InstalledTools.PostgresAsync());
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "65534:65534", server._folder);
        }

        await RunAsync([
            .. AsPostgresUser(), server._binaries.InitDb, "--pgdata", server.Data, "--username=postgres",
            "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale",
        ]);
        return server;
    }

    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "postgres",
        Database = database,
        MaxPoolSize = 20,
    }.ConnectionString;

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh", [
            "-c", StopWithInput, "sh", Log, .. AsPostgresUser(), _binaries.Postgres, "-D", Data,
            "-c", string.Create(CultureInfo.InvariantCulture, $"port={_port}"), "-c", "listen_addresses=127.0.0.1",
            "-c", $"unix_socket_directories={_folder}", "-c", "max_connections=300",
            "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
        ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = _folder,
        };
        _process = Process.Start(start)!;
        await AnswersAsync();
    }

    /// <summary>Ends every connection and the server; <see cref="StartAsync"/> brings it back with its data.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _process = null;
    }

    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var database = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var create = database.CreateCommand($"CREATE DATABASE \"{name}\"");
        await create.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string[] AsPostgresUser() => Environment.IsPrivilegedProcess ? DropRoot : [];

    private static async Task RunAsync(params string[] command)
    {
        var (exitCode, output, error) = await ProgramRun.RunAsync(
            new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Path.GetTempPath() }, CreationPatience);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} failed: {error}{output}");
        }
    }

    private async Task AnswersAsync()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (waited.Elapsed < Patience)
            {
                await Task.Delay(20);
            }
            catch (NpgsqlException exception)
            {
                throw new InvalidOperationException(
                    $"PostgreSQL does not start: {await File.ReadAllTextAsync(Log)}", exception);
            }
        }
    }
}
