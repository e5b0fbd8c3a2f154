namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>Resources that last as long as a session.</summary>
internal interface ISessionScope : IAsyncDisposable
{
    /// <summary>The client has opened the stream for messages without a request.</summary>
    void StreamOpened();
}
