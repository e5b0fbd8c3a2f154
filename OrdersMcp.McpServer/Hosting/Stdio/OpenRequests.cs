using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Hosting.Stdio;

/// <summary>The requests of the client that have no answer yet, and the questions of the server that have none.</summary>
internal sealed class OpenRequests
{
    private readonly Lock _lock = new();
    private readonly HashSet<RequestId> _requests = [];
    private readonly HashSet<RequestId> _questions = [];
    private TaskCompletionSource? _settled;

    /// <summary>A request of the client goes to the server.</summary>
    public void Received(RequestId id) => Change(() => _requests.Add(id));

    /// <summary>The server has answered a request, or the client wants no answer any more.</summary>
    public void Closed(RequestId id) => Change(() => _requests.Remove(id));

    /// <summary>The server asks the client, for a request that waits for the answer.</summary>
    public void Asked(RequestId id) => Change(() => _questions.Add(id));

    /// <summary>The client has answered a question.</summary>
    public void Told(RequestId id) => Change(() => _questions.Remove(id));

    /// <summary>
    /// Ends when every request has its answer, but for those that wait for an answer of a client which sends nothing any more.
    /// </summary>
    public Task SettledAsync()
    {
        lock (_lock)
        {
            _settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            CompleteIfSettled();
            return _settled.Task;
        }
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            CompleteIfSettled();
        }
    }

    private void CompleteIfSettled()
    {
        if (_requests.Count <= _questions.Count)
        {
            _settled?.TrySetResult();
        }
    }
}
