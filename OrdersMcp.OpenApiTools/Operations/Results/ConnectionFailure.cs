using System.Net.Sockets;
using Polly.CircuitBreaker;

namespace OrdersMcp.OpenApiTools.Operations.Results;

/// <summary>Why a connection failed, in words that name neither host nor port.</summary>
internal static class ConnectionFailure
{
    public static string CauseOf(Exception exception) => exception switch
    {
        BrokenCircuitException => "too many recent calls failed",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name could not be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection (TLS) could be made",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy made no connection",
        _ => SocketOf(exception) switch
        {
            SocketError.ConnectionRefused => "the connection was refused",
            SocketError.TimedOut => "the connection timed out",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its name could not be resolved",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "its network is unreachable",
            _ => "no connection could be made",
        },
    };

    private static SocketError? SocketOf(Exception? exception) => exception switch
    {
        null => null,
        SocketException socket => socket.SocketErrorCode,
        _ => SocketOf(exception.InnerException),
    };
}
