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

    private readonly string _folder;
    private readonly bool _losesNoCommit;
    private readonly int _port = FreePort.Take();
    private Process? _process;

    private readonly PostgresPrograms _binaries;

    private PostgresServer(PostgresPrograms binaries, string folder, bool losesNoCommit) =>
        (_binaries, _folder, _losesNoCommit) = (binaries, folder, losesNoCommit);

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "log");

    /// <summary>Creates an empty server without starting it.</summary>
    /// <param name="parent">The folder for its files; by default that for temporary files.</param>
    /// <param name="losesNoCommit">Whether commits survive the server being killed.</param>
    public static async Task<PostgresServer> CreateAsync(string? parent = null, bool losesNoCommit = false)
    {
        var folder = parent is null
            ? Directory.CreateTempSubdirectory("ordersmcp-pg-").FullName
            : Directory.CreateDirectory(Path.Combine(parent, "postgres")).FullName;
        var server = new PostgresServer(await InstalledTools.PostgresAsync(), folder, losesNoCommit);
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
            "-c", "fsync=off", "-c", _losesNoCommit ? "synchronous_commit=on" : "synchronous_commit=off",
            "-c", _losesNoCommit ? "full_page_writes=on" : "full_page_writes=off",
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

    /// <summary>The server and its child processes.</summary>
    public IReadOnlyList<int> Pids()
    {
        var server = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        return
        [
            server,
            .. File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Kills it with all of its processes, as a lack of memory would.</summary>
    public async Task KillAsync()
    {
        await ProgramRun.RunAsync(
            new ProcessStartInfo("kill", ["-KILL", .. Pids().Select(pid => pid.ToString(CultureInfo.InvariantCulture))]), Patience);
        await StopAsync();
    }

    /// <summary>Waits until it answers, and starts it if it has ended by itself.</summary>
    public async Task ReviveAsync()
    {
        if (_process is { HasExited: true })
        {
            await StopAsync();
            await StartAsync();
        }
        else
        {
            await AnswersAsync();
        }
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

    /// <summary>The start of the command of a program that refuses to run as root.</summary>
    public static string[] AsPostgresUser() => Environment.IsPrivilegedProcess ? DropRoot : [];

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
