namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// Sends HTTP like another program: without a <c>traceparent</c> unless the test gives one. A plain client would send one from
/// any listener in the test process, with that listener's sampling.
/// </summary>
internal static class OutsideClient
{
    public static HttpClient Shared { get; } = new(new SocketsHttpHandler { ActivityHeadersPropagator = null });
}
