using System.Diagnostics;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Calls tools of a server that is its child process.</summary>
internal sealed class StdioToolCaller : ToolCaller, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private StdioToolCaller(string service, string era, CallLog log, Process process)
        : base(service, era, log)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    protected override bool IsHttp => false;

    public static async Task<StdioToolCaller> StartAsync(
        string apiAddress, string service, string era, CallLog log, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.McpServer"), "--stdio", "--api", apiAddress])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var caller = new StdioToolCaller(service, era, log, Process.Start(start)!);
        try
        {
            if (era == Legacy)
            {
                await caller.InitializeAsync();
            }

            return caller;
        }
        catch
        {
            await caller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the input, as a client does, and waits for the process, which sends what it has left.</summary>
    public async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(0, _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    protected override async Task<JsonObject> SendAsync(MadeCall call, JsonObject message, CancellationToken cancellationToken)
    {
        await WriteAsync(message);
        return await ReadAsync(call.Number, cancellationToken);
    }

    protected override async Task SendAndCancelAsync(MadeCall call, JsonObject message, Func<Task> isUnderWay)
    {
        await WriteAsync(message);
        await isUnderWay();
        var parameters = new JsonObject { ["requestId"] = call.Number };
        if (IsModern)
        {
            parameters["_meta"] = message["params"]!["_meta"]!.DeepClone();
        }

        await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "notifications/cancelled", ["params"] = parameters });
    }

    private async Task InitializeAsync()
    {
        await WriteAsync(new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 0,
            ["method"] = "initialize",
            ["params"] = new JsonObject { ["protocolVersion"] = Era, ["capabilities"] = new JsonObject(), ["clientInfo"] = Info },
        });
        await ReadAsync(id: 0, TestContext.Current.CancellationToken);
        await WriteAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "notifications/initialized" });
    }

    private async Task WriteAsync(JsonObject message)
    {
        await _process.StandardInput.WriteLineAsync(message.ToJsonString());
        await _process.StandardInput.FlushAsync();
    }

    private async Task<JsonObject> ReadAsync(int id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
            var message = JsonNode.Parse(line ?? throw new InvalidOperationException($"The server ended: {await _errors}"))!.AsObject();
            if (message["id"]?.GetValue<int>() == id && message["method"] is null)
            {
                return message;
            }
        }
    }
}
