using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.McpServer.Telemetry;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// Answers <c>subscriptions/listen</c>: a stream that stays open and says when the tools have changed. Without sessions
/// it is the only way to reach a client that did not ask.
/// </summary>
internal sealed class CatalogSubscriptions(ToolCatalog catalog, ToolMetrics metrics, IHostApplicationLifetime lifetime)
{
    public async ValueTask<EmptyResult> ListenAsync(
        RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        using var open = metrics.SubscriptionOpened();
        var wantsTools = request.Params?.Notifications?.ToolsListChanged is true;

        // One that waits is enough: a client that reads the list again sees all changes at once.
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        catalog.Changed += OnChanged;
        try
        {
            await SendAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, new JsonObject
            {
                ["notifications"] = wantsTools ? new JsonObject { ["toolsListChanged"] = true } : [],
            });
            await foreach (var _ in changes.Reader.ReadAllAsync(ending.Token))
            {
                await SendAsync(NotificationMethods.ToolListChangedNotification, []);
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The server is going: the stream ends as streams do.
        }
        finally
        {
            catalog.Changed -= OnChanged;
        }

        return new EmptyResult();

        void OnChanged(object? sender, EventArgs change)
        {
            if (wantsTools)
            {
                changes.Writer.TryWrite(true);
            }
        }

        Task SendAsync(string method, JsonObject parameters)
        {
            parameters["_meta"] = new JsonObject
            {
                [MetaKeys.SubscriptionId] = JsonSerializer.SerializeToNode(request.JsonRpcRequest.Id, McpJsonUtilities.DefaultOptions),
            };
            return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, ending.Token);
        }
    }
}
