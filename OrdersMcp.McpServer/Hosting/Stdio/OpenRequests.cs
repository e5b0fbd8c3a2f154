using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Hosting.Stdio;

/// <summary>The unanswered requests of the client, and the unanswered requests of the server to it.</summary>
internal sealed class OpenRequests
{
    private readonly Lock _lock = new();
    private readonly HashSet<RequestId> _requests = [];
    private readonly HashSet<RequestId> _questions = [];
    private TaskCompletionSource? _settled;

    /// <summary>The server receives a request of the client.</summary>
    public void Received(RequestId id) => Change(() => _requests.Add(id));

    /// <summary>The server has answered a request, or the client has cancelled it.</summary>
    public void Closed(RequestId id) => Change(() => _requests.Remove(id));

    /// <summary>The server sends the client a request, on which one of the client's requests waits.</summary>
    public void Asked(RequestId id) => Change(() => _questions.Add(id));

    /// <summary>The client has answered a request of the server.</summary>
    public void Told(RequestId id) => Change(() => _questions.Remove(id));

    /// <summary>
    /// Completes when every request is answered, except those that wait for an answer from a client whose input has ended.
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
