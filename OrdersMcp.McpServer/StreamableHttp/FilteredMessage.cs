using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.McpServer.StreamableHttp;

/// <summary>
/// Where a message is on its way through the filters, of which it meets this one first. A message that the SDK refuses
/// before them has not begun.
/// </summary>
internal sealed class FilteredMessage
{
    private const string Item = "filtered";
    // The answer's end is not run within the filters: their span is over before.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _hasBegun;

    /// <summary>When the filters are through with it, once it is answered.</summary>
    public Task EndedAsync() => _hasBegun ? _ended.Task : Task.CompletedTask;

    public static FilteredMessage Of(JsonRpcMessage message)
    {
        var filtered = new FilteredMessage();
        message.Context!.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        message.Context.Items[Item] = filtered;
        return filtered;
    }

    public static McpMessageHandler Filter(McpMessageHandler next) => (context, cancellationToken) =>
        context.JsonRpcMessage.Context?.Items?.TryGetValue(Item, out var filtered) is true
            ? ((FilteredMessage)filtered!).FilterAsync(context, next, cancellationToken)
            : next(context, cancellationToken);

    private async Task FilterAsync(MessageContext context, McpMessageHandler next, CancellationToken cancellationToken)
    {
        _hasBegun = true;
        try
        {
            await next(context, cancellationToken);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}
