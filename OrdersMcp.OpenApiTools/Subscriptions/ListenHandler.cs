using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tasks;

namespace OrdersMcp.OpenApiTools.Subscriptions;

/// <summary>
/// Answers <c>subscriptions/listen</c> (MCP 2026-07-28, basic/patterns/subscriptions): a stream that stays open and reports
/// changes. Without a session it is the only way to send a client unrequested messages.
/// </summary>
internal sealed class ListenHandler(
    SubscriptionHub hub, Watcher watcher, SubscriptionMetrics metrics, IOptions<OpenApiToolsOptions> options, IHostApplicationLifetime lifetime,
    TimeProvider time)
{
    /// <exception cref="McpProtocolException">
    /// There are too many streams, or too many resources in this one, or the client asks for tasks without declaring their
    /// extension.
    /// </exception>
    public async ValueTask<EmptyResult> ListenAsync(
        RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        // Status notifications of tasks are optional (SEP-2663). This server grants none, even to clients that declare
        // tasks; they poll.
        if ((request.JsonRpcRequest.Params as JsonObject)?["notifications"] is JsonObject asked && asked["taskIds"] is not null)
        {
            TasksExtension.ThrowIfUndeclared(request.JsonRpcRequest, "taskIds");
        }

        var wanted = request.Params.Notifications;
        using var expiry = new CancellationTokenSource(StreamTime.Of(request.User, time), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, expiry.Token);
        using var stream = new ListenStream(
            (wanted.ToolsListChanged is true ? ListenTopics.Tools : ListenTopics.None)
            | (wanted.PromptsListChanged is true ? ListenTopics.Prompts : ListenTopics.None)
            | (wanted.ResourcesListChanged is true ? ListenTopics.Resources : ListenTopics.None));
        if (!hub.TryAdd(stream))
        {
            throw new McpProtocolException(
                $"This server holds {options.Value.MaxSubscriptionStreams} streams (Mcp:MaxSubscriptionStreams) and accepts no more now. "
                + "Close an unused one, or try again later.",
                McpErrorCode.InternalError);
        }

        using var open = metrics.SubscriptionOpened();
        var id = JsonSerializer.SerializeToNode(request.JsonRpcRequest.Id, McpJsonUtilities.DefaultOptions);
        try
        {
            var watched = wanted.ResourceSubscriptions is { Count: > 0 } uris
                ? await watcher.WatchAsync(stream, uris, ending.Token)
                : [];
            await SendAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, Granted(stream.Topics, watched));
            hub.Acknowledge(stream);
            while (true)
            {
                var (changed, updated) = await stream.TakeAsync(ending.Token);
                foreach (var (method, parameters) in ChangeNotifications.Of(changed, updated))
                {
                    await SendAsync(method, parameters);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested
            && (lifetime.ApplicationStopping.IsCancellationRequested || expiry.IsCancellationRequested))
        {
            // The server stops, or the caller's credential expires: the stream ends normally.
            return new EmptyResult { Meta = Tagged() };
        }
        finally
        {
            watcher.Leave(stream);
        }

        Task SendAsync(string method, JsonObject parameters)
        {
            parameters["_meta"] = Tagged();
            return request.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters }, ending.Token);
        }

        JsonObject Tagged() => new() { [MetaKeys.SubscriptionId] = id?.DeepClone() };
    }

    /// <summary>The granted subset of the request: without resources that report no changes.</summary>
    private static JsonObject Granted(ListenTopics topics, IReadOnlyList<string> watched)
    {
        var granted = new JsonObject();
        if (topics.HasFlag(ListenTopics.Tools))
        {
            granted["toolsListChanged"] = true;
        }

        if (topics.HasFlag(ListenTopics.Prompts))
        {
            granted["promptsListChanged"] = true;
        }

        if (topics.HasFlag(ListenTopics.Resources))
        {
            granted["resourcesListChanged"] = true;
        }

        if (watched.Count > 0)
        {
            granted["resourceSubscriptions"] = new JsonArray([.. watched.Select(uri => (JsonNode)uri)]);
        }

        return new JsonObject { ["notifications"] = granted };
    }
}

/// <summary>The notifications that report changes.</summary>
internal static class ChangeNotifications
{
    public static IEnumerable<(string Method, JsonObject Parameters)> Of(ListenTopics changed, IReadOnlyCollection<string> updated)
    {
        if (changed.HasFlag(ListenTopics.Tools))
        {
            yield return (NotificationMethods.ToolListChangedNotification, []);
        }

        if (changed.HasFlag(ListenTopics.Prompts))
        {
            yield return (NotificationMethods.PromptListChangedNotification, []);
        }

        if (changed.HasFlag(ListenTopics.Resources))
        {
            yield return (NotificationMethods.ResourceListChangedNotification, []);
        }

        foreach (var uri in updated)
        {
            yield return (NotificationMethods.ResourceUpdatedNotification, new JsonObject { ["uri"] = uri });
        }
    }
}
