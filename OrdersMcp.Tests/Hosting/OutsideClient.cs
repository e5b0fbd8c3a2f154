namespace OrdersMcp.Tests.Hosting;

/// <summary>
/// HTTP as another program sends it: without a <c>traceparent</c> unless the test gives one. A plain client would send that
/// of whatever listens in the process of the tests, with the listeners' sampling.
/// </summary>
internal static class OutsideClient
{
    public static HttpClient Shared { get; } = new(new SocketsHttpHandler { ActivityHeadersPropagator = null });
}
