using System.Data.Common;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Telemetry;

namespace OrdersMcp.McpServer.Hosting.Commands;

/// <summary>
/// <c>replay TRACEID</c>: repeats a recorded read with the same arguments, and reports whether the answer is the same. It
/// never repeats a tool call that changes something.
/// </summary>
internal sealed class ReplayCommand(IServiceProvider services)
{
    /// <summary>The answer is the same.</summary>
    public const int Same = 0;

    /// <summary>The answer differs.</summary>
    public const int Differs = 1;

    /// <summary>The command line is invalid.</summary>
    public const int Usage = 2;

    /// <summary>No such call is recorded, or the record is incomplete.</summary>
    public const int NotRecorded = 3;

    /// <summary>The tool changes something.</summary>
    public const int Refused = 4;

    /// <summary>The API or its document could not be used.</summary>
    public const int Unavailable = 5;

    private const int MostRecords = 100;

    /// <returns>One of the constants.</returns>
    public async Task<int> RunAsync(string traceId, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (traceId.Length != 32 || !traceId.All(char.IsAsciiHexDigit))
        {
            await errors.WriteLineAsync("Usage: replay TRACEID (32 hexadecimal digits, as the dashboard and list_tool_calls show it)");
            return Usage;
        }

        if (services.GetRequiredService<AuditStore>().Current is not { } store)
        {
            await errors.WriteLineAsync($"Tool calls are not recorded here: {AuditStore.Missing}.");
            return NotRecorded;
        }

        try
        {
            var records = await store.ReadAsync(traceId.ToLowerInvariant(), MostRecords, cancellationToken);
            if (records.Count == 0)
            {
                await errors.WriteLineAsync(
                    $"No tool call of the trace {traceId} is recorded. A new call takes a second to get there."
                    + (store is ApiAuditStore ? " list_tool_calls, or GET /admin/tool-calls of the API, lists all records." : ""));
                return NotRecorded;
            }

            var worst = Same;
            foreach (var record in records)
            {
                worst = Math.Max(worst, await ReplayAsync(record, output, errors, cancellationToken));
            }

            return worst;
        }
        catch (Exception exception) when (store is DatabaseAuditStore && exception is DbException or IOException)
        {
            await errors.WriteLineAsync($"The {store.Name} cannot be used: {exception.Message}");
            return Unavailable;
        }
        catch (Exception exception) when (exception.IsOfStore())
        {
            var api = services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value.Apis is var apis && apis.Find(each => each.Name == store.Name) is { } keeper ? keeper : apis[0];
            await errors.WriteLineAsync(
                $"The API '{api.Name}' cannot be used: {exception.Message.TrimEnd('.')}. Is it running, and does {DocumentAddress.Redacted(api.Document)} lead to it? "
                + "Without an AppHost, set its address in the environment, such as services__api__http__0=http://localhost:5080.");
            return Unavailable;
        }
    }

    private async Task<int> ReplayAsync(AuditRecord record, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"{record.At:u} {record.Tool}({record.ArgumentSummary}) by {record.Client}: {record.Outcome} in {record.DurationMs:0.0} ms");
        var tool = await BuildAsync(record.Tool, cancellationToken);
        if (tool is null)
        {
            await errors.WriteLineAsync($"There is no tool '{record.Tool}' now.");
            return NotRecorded;
        }

        if (!tool.Metadata.IsSafe)
        {
            await errors.WriteLineAsync($"{record.Tool} changes something ({tool.Metadata.Method} {tool.Metadata.Path}): it is not called again.");
            return Refused;
        }

        if (record.Arguments is not { } arguments)
        {
            await errors.WriteLineAsync("The arguments of this call are not recorded, because they may contain text written by people.");
            return NotRecorded;
        }

        if (record.ResultHash is null)
        {
            await errors.WriteLineAsync("This call had no answer to compare with.");
            return NotRecorded;
        }

        var answer = await tool.CallAsync(new ToolCall(arguments, Key: null, Caller.Server), cancellationToken);
        var (size, _, hash) = CallRecorder.Measure(answer.Result);
        if (hash == record.ResultHash && answer.Outcome.Text() == record.Outcome)
        {
            await output.WriteLineAsync($"The answer is the same ({size} bytes, SHA-256 {hash}).");
            return Same;
        }

        await output.WriteLineAsync($"The answer differs. Then: {record.Outcome}, SHA-256 {record.ResultHash}. Now: {answer.Outcome.Text()}, SHA-256 {hash}, {size} bytes:");
        foreach (var text in answer.Result.Content.OfType<TextContentBlock>())
        {
            await output.WriteLineAsync(text.Text);
        }

        return Differs;
    }

    /// <summary>The tool of this name, from the current documents.</summary>
    private async Task<OperationTool?> BuildAsync(string name, CancellationToken cancellationToken)
    {
        var clients = services.GetRequiredService<ApiClients>();
        var options = services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value;
        for (var i = 0; i < options.Apis.Count; i++)
        {
            var api = options.Apis[i];
            if (await new DocumentSource(api, clients.Documents).ReadAsync(cancellationToken) is not { } read)
            {
                continue;
            }

            var builder = new ToolBuilder(api, $"{OpenApiToolsOptions.Section}:Apis:{i}", server => clients.For(api, server), options.ResultByteBudget)
            {
                Planners = [.. services.GetServices<IToolPlanner>()],
            };
            if (builder.Build(read.Document).Tools.FirstOrDefault(tool => tool.Definition.Name == name) is { } tool)
            {
                return tool;
            }
        }

        return null;
    }
}
