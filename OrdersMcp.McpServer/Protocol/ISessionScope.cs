namespace OrdersMcp.McpServer.Protocol;

/// <summary>What lasts as long as a session.</summary>
internal interface ISessionScope : IAsyncDisposable
{
    /// <summary>The client has opened the stream that messages without a request go to.</summary>
    void StreamOpened();
}
