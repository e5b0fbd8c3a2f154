using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;
using OrdersMcp.Tests.Security;

namespace OrdersMcp.Tests.Limits;

/// <summary>A replica of the MCP server that shares its limits, with its log and its telemetry.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private const string SigningKey = "signing-key-0123456789-0123456789-0123456789";

    private Replica(McpApplication application, CapturedLog log, RecordedSignals signals) =>
        (Application, Log, Signals) = (application, log, signals);

    public McpApplication Application { get; }

    public CapturedLog Log { get; }

    public RecordedSignals Signals { get; }

    /// <summary>Starts an API with the operations of <see cref="GuardedServer"/>.</summary>
    public static async Task<TestApi> StartApiAsync()
    {
        var api = await TestApi.StartAsync(GuardedServer.Operations);
        api.Answer = context => context.Response.WriteAsJsonAsync(new JsonObject { ["done"] = true });
        return api;
    }

    public static async Task<Replica> StartAsync(TestApi api, string store, params (string Key, string Value)[] settings) =>
        await StartAsync(api, store, "Healthy", settings);

    /// <summary>Starts a replica whose health is then this word.</summary>
    public static async Task<Replica> StartAsync(TestApi api, string store, string health, (string Key, string Value)[] settings)
    {
        var (log, signals) = (new CapturedLog(), new RecordedSignals());
        var application = McpApplication.StartWith(
            api.Address,
            services =>
            {
                signals.Configure(services);
                services.AddSingleton<ILoggerProvider>(log);
            },
            [
                .. TestCaller.Settings, ("ConnectionStrings:limits", store), ("Mcp:SigningKey", SigningKey),
                ("Mcp:Limits:Store:Timeout", "00:00:05"), .. settings, // a busy machine is no outage
            ]);
        var replica = new Replica(application, log, signals);
        try
        {
            await application.WaitForHealthAsync(health);
            return replica;
        }
        catch
        {
            await replica.DisposeAsync();
            throw;
        }
    }

    public async Task<HttpStatusCode> StatusAsync(string tool = "list_orders", string caller = "alice")
    {
        using var response = await SendAsync(tool, caller);
        return response.StatusCode;
    }

    public Task<HttpResponseMessage> SendAsync(string tool = "list_orders", string caller = "alice", params (string Name, string Value)[] headers) =>
        Application.PostAsync(
            JsonContent.Create(Messages.Request("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = new JsonObject() })),
            [(Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/call"), ("Mcp-Name", tool), .. TestCaller.HeaderOf(caller), .. headers]);

    /// <summary>The number of questions to the store that ended in this way.</summary>
    public long Asked(string command, string? failure) => Signals.Collect()
        .Where(point => point.Name == "ordersmcp.limit_store.duration"
            && (string?)point.Tags["db.operation.name"] == command && (string?)point.Tags.GetValueOrDefault("error.type") == failure)
        .Sum(point => point.Count);

    /// <summary>The lines about the store's outages.</summary>
    public IEnumerable<string> OutageLines => Log.Lines.Where(line => line.StartsWith("The store of the shared limits is ", StringComparison.Ordinal));

    public ValueTask DisposeAsync() => Application.DisposeAsync();
}
