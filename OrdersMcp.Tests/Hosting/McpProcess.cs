using System.Diagnostics;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The MCP server as the process that it is in production, on a free loopback port.</summary>
internal sealed class McpProcess : IAsyncDisposable
{
    private const string Announcement = "MCP endpoint: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;

    private McpProcess(Process process, Uri endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>As the server itself said it in its log.</summary>
    public Uri Endpoint { get; }

    public Process Process => _process;

    public static async Task<McpProcess> StartAsync(string apiAddress, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.McpServer"), "--urls", "http://127.0.0.1:0"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(BuiltProgram.Path("OrdersMcp.McpServer"))!,
            Environment = { ["services__api__http__0"] = apiAddress, ["ASPNETCORE_ENVIRONMENT"] = "Development" },
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = Process.Start(start)!;
        var endpoint = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.IndexOf(Announcement, StringComparison.Ordinal) is { } at and >= 0)
            {
                endpoint.TrySetResult(new Uri(line.Data[(at + Announcement.Length)..].Trim()));
            }
        };
        process.BeginOutputReadLine();
        return new McpProcess(process, await endpoint.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
