using System.Text.Json;
using ModelContextProtocol.Protocol;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Tools;

/// <summary>A tool that calls one operation of an API.</summary>
internal sealed class OperationTool(
    Tool definition, string method, string path, IReadOnlyList<ArgumentBinding> bindings, ApiEndpoint api)
{
    /// <summary>What clients see of it.</summary>
    public Tool Definition => definition;

    /// <summary>Calls the operation. Every failure that a model can act on is an error result, not an exception.</summary>
    public async ValueTask<CallToolResult> CallAsync(IDictionary<string, JsonElement>? arguments, CancellationToken cancellationToken)
    {
        var (request, problem) = RequestBuilder.Build(method, path, bindings, api, arguments);
        if (request is null)
        {
            return ToolErrors.InvalidArguments(problem!);
        }

        try
        {
            using (request)
            using (var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken))
            {
                return await ResponseReader.ReadAsync(response, api.Name, hasOutputSchema: definition.OutputSchema is not null, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or BrokenCircuitException)
        {
            return ToolErrors.Unavailable(api.Name, "It could not be reached, so nothing was changed. Call again in a few seconds.");
        }
        catch (TimeoutRejectedException)
        {
            return ToolErrors.Unavailable(api.Name, method is "GET" or "HEAD"
                ? "It did not answer in time. Call again in a few seconds."
                : "It did not answer in time, and may or may not have done what was asked. Read the current state before you call again.");
        }
    }
}
