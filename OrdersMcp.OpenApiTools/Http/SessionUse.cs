namespace OrdersMcp.OpenApiTools.Http;

/// <summary>A request that belongs to a session or opens one; a feature of its HTTP context.</summary>
internal sealed class SessionUse(Sessions sessions, Session session) : IAsyncDisposable
{
    private int _streamOpened;

    public Session Session => session;

    /// <summary>The stream of the session can now deliver messages.</summary>
    public void StreamOpened()
    {
        if (Interlocked.Exchange(ref _streamOpened, 1) == 0)
        {
            session.Scope?.StreamOpened();
        }
    }

    public ValueTask DisposeAsync() => sessions.LeaveAsync(session);
}
