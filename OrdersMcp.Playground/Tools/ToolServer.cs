using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using OrdersMcp.Playground.Telemetry;

namespace OrdersMcp.Playground.Tools;

/// <summary>The MCP server as one caller sees it.</summary>
internal sealed class ToolServer(McpClient client, PlaygroundTelemetry telemetry)
{
    /// <summary>The media type of apps (MCP Apps, 2026-01-26).</summary>
    public const string AppType = "text/html;profile=mcp-app";

    /// <summary>The server's instructions for models, if it gives any.</summary>
    public string? Instructions => client.ServerInstructions;

    /// <summary>The tools that the caller may use.</summary>
    /// <exception cref="ToolServerException">The server cannot be reached, or refuses the caller.</exception>
    public Task<IReadOnlyList<McpClientTool>> ListToolsAsync(CancellationToken cancellationToken) => TryAsync(async () =>
        (IReadOnlyList<McpClientTool>)[.. await client.ListToolsAsync(cancellationToken: cancellationToken)], cancellationToken);

    /// <summary>Calls a tool. Errors of the tool and of the protocol are outcomes.</summary>
    /// <param name="name">The name of the tool.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="answer">The answer to the question that the same call brought before.</param>
    /// <param name="progress">Receives the progress of the call.</param>
    /// <param name="callId">The id that the model gave the call, for telemetry.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolServerException">The server cannot be reached, or refuses the caller.</exception>
    public Task<ToolOutcome> CallAsync(
        string name, JsonObject arguments, ToolAnswer? answer, Action<ProgressNotificationValue>? progress, string? callId, CancellationToken cancellationToken) => TryAsync(async () =>
        {
            var call = new CallToolRequestParams
            {
                Name = name,
                Arguments = arguments.ToDictionary(argument => argument.Key, argument => JsonSerializer.SerializeToElement(argument.Value), StringComparer.Ordinal),
            };
            answer?.AddTo(call);
            using var activity = telemetry.StartTool(name, callId);
            try
            {
                await using var watch = Watch(call, progress);
                return ToolOutcome.Of(await client.CallToolAsync(call, cancellationToken));
            }
            catch (McpProtocolException exception) when (exception.InnerException is not HttpRequestException)
            {
                // Such as an unknown tool or arguments that the protocol refuses: the model can correct them.
                return ToolOutcome.Error(exception.Message) with { IsRefused = true };
            }
            finally
            {
                PlaygroundTelemetry.EndTool(activity);
            }
        }, cancellationToken);

    /// <summary>The HTML of an app.</summary>
    /// <exception cref="ToolServerException">There is no such app, or the server cannot be reached.</exception>
    public Task<string> ReadAppAsync(string uri, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        var read = await client.ReadResourceAsync(uri, cancellationToken: cancellationToken);
        return read.Contents.OfType<TextResourceContents>().FirstOrDefault(content => content.MimeType == AppType) is { } app
            ? app.Text
            : throw new ToolServerException($"The resource {uri} is not an app.");
    }, cancellationToken);

    private IAsyncDisposable? Watch(CallToolRequestParams call, Action<ProgressNotificationValue>? progress)
    {
        if (progress is null)
        {
            return null;
        }

        var token = Guid.NewGuid().ToString("N");
        call.Meta = new JsonObject { ["progressToken"] = token };
        return client.RegisterNotificationHandler(NotificationMethods.ProgressNotification, (notification, _) =>
        {
            if (notification.Params is JsonObject parameters && parameters["progressToken"] is JsonValue value
                && value.TryGetValue<string>(out var sent) && sent == token
                && parameters.Deserialize<ProgressNotificationParams>(McpJsonUtilities.DefaultOptions) is { } told)
            {
                progress(told.Progress);
            }

            return ValueTask.CompletedTask;
        });
    }

    private static async Task<T> TryAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is McpException or HttpRequestException or IOException or JsonException
            // The time to connect is over (SocketsHttpHandler.ConnectTimeout).
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw ToolServers.Failed(exception);
        }
    }
}
