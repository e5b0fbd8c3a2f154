using OrdersMcp.AppHost.Local;

namespace OrdersMcp.Bench.Servers;

/// <summary>What others wrote, to compare with. Each is null, with a note why, where it cannot be had.</summary>
internal static class Peers
{
    /// <summary>An MCP server from npm, before the API.</summary>
    public static async Task<Server?> NodeAsync(Workshop workshop, string name, string api, Action<string> note, CancellationToken cancellation)
    {
        try
        {
            var node = await NodeProgramAsync(cancellation);
            var folder = await new NpmPackage(name, UserFolders.Cache, "Peers").InstallAsync(workshop.Tell, finish: null, cancellation);
            // Node looks for packages from where the script is.
            var script = Path.Combine(folder, "server.mjs");
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Peers", name, "server.mjs"), script, overwrite: true);
            var port = Server.FreePort();
            var launch = new Launch(node, script, $"{port}", api)
            {
                WorkingDirectory = folder,
                Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["NODE_ENV"] = "production" },
            };
            return await Server.StartAsync(workshop, name, port, launch, "/health", cancellation: cancellation);
        }
        catch (Exception exception) when (exception is StartException or InvalidOperationException)
        {
            note($"{name} is not compared: {exception.Message}");
            return null;
        }
    }

    /// <summary>FastAPI on uvicorn, from the machine's packages, with these orders in memory.</summary>
    public static async Task<Server?> FastApiAsync(Workshop workshop, string ordersFile, Action<string> note, CancellationToken cancellation)
    {
        var version = await FastApiVersionAsync(cancellation);
        if (version is null)
        {
            note("fastapi is not compared: it is not installed (Debian: apt-get install python3-fastapi python3-uvicorn).");
            return null;
        }

        note($"fastapi is {version}, one uvicorn process, from memory; no MCP wrapper for it is installed or known to this benchmark.");
        var port = Server.FreePort();
        var launch = new Launch(Python, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", $"{port}", "--no-access-log")
        {
            WorkingDirectory = Path.Combine(AppContext.BaseDirectory, "Peers", "fastapi"),
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["BENCH_ORDERS"] = ordersFile,
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
        };
        return await Server.StartAsync(workshop, "fastapi", port, launch, "/health", cancellation: cancellation);
    }

    /// <summary>The machine's Node where it is new enough, else the one that is pinned for the Inspector.</summary>
    public static async Task<string> NodeProgramAsync(CancellationToken cancellation) =>
        (await InspectorProgram.FindAsync(UserFolders.Cache, Console.WriteLine, cancellation)).Node;

    // The distribution's, which has its packages; another may come before it on PATH.
    private static readonly string Python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private static async Task<string?> FastApiVersionAsync(CancellationToken cancellation)
    {
        if (!Path.IsPathRooted(Python))
        {
            return null;
        }

        const string Script =
            """
            import importlib.util as u, platform, fastapi, uvicorn
            fast = [n for n in ("uvloop", "httptools") if u.find_spec(n)]
            print(f"FastAPI {fastapi.__version__}, uvicorn {uvicorn.__version__} with {' and '.join(fast) or 'neither uvloop nor httptools'}, Python {platform.python_version()}")
            """;
        var (exitCode, output) = await Programs.RunAsync("/", _ => { }, [Python, "-c", Script], cancellation);
        return exitCode == 0 ? output[0] : null;
    }
}
