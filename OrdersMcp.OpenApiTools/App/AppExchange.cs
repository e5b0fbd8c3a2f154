using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>One request in process and its answer, in the form that ASP.NET Core takes from a server: a set of features.</summary>
internal sealed partial class AppExchange : IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature
{
    private readonly HttpRequestMessage _message;
    private readonly HttpRequestFeature _request;
    private readonly AppResponse _response;
    private readonly CancellationTokenSource _aborted;
    private readonly ILogger _logger;
    private volatile HttpRequestException? _breach;
    private volatile bool _isOver;

    /// <param name="message">The request.</param>
    /// <param name="caller">Its caller.</param>
    /// <param name="aborted">Ends the request. Without a timer it holds nothing to dispose of.</param>
    /// <param name="logger">Receives the failures of the app's callbacks.</param>
    public AppExchange(HttpRequestMessage message, AppCaller caller, CancellationTokenSource aborted, ILogger logger)
    {
        _aborted = aborted;
        _logger = logger;
        _message = message;
        var address = message.RequestUri!;
        _request = new HttpRequestFeature
        {
            Method = message.Method.Method,
            Scheme = caller.Scheme,
            Protocol = "HTTP/1.1",
            Path = Decoded(address.AbsolutePath),
            RawTarget = address.PathAndQuery,
            QueryString = address.Query,
        };
        foreach (var (name, values) in message.Headers.NonValidated)
        {
            _request.Headers[name] = values.ToArray();
        }

        foreach (var (name, values) in message.Content?.Headers.NonValidated ?? default)
        {
            _request.Headers[name] = values.ToArray();
        }

        foreach (var (name, values) in caller.ProxyHeaders)
        {
            _request.Headers[name] = values;
        }

        _request.Headers.Host = caller.Host.Value;
        _response = new AppResponse(this);
        RequestAborted = _aborted.Token;
        Features.Set<IHttpRequestFeature>(_request);
        Features.Set<IHttpRequestLifetimeFeature>(this);
        Features.Set<IHttpRequestBodyDetectionFeature>(this);
        Features.Set<IHttpResponseFeature>(_response);
        Features.Set<IHttpResponseBodyFeature>(_response);
        Features.Set<IHttpConnectionFeature>(new HttpConnectionFeature
        {
            RemoteIpAddress = caller.RemoteAddress,
            RemotePort = caller.RemotePort,
            LocalIpAddress = caller.LocalAddress,
            LocalPort = caller.LocalPort,
        });
        if (caller.User is { } user)
        {
            Features.Set<IHttpAuthenticationFeature>(new Authentication { User = user });
        }
    }

    public FeatureCollection Features { get; } = new();

    public string Method => _request.Method;

    /// <summary>Whether the path has a character that a server refuses before the app sees the request.</summary>
    public bool IsMalformed => _request.Path.Contains('\0', StringComparison.Ordinal);

    /// <summary>The answer, as soon as its status and headers are known.</summary>
    public TaskCompletionSource<HttpResponseMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the pipeline has run, which may outlast the answer's headers.</summary>
    public bool IsOver => _isOver;

    public bool IsAborted => _aborted.IsCancellationRequested;

    /// <summary>What the reader of the answer sees after the app has aborted the request; null if it has not.</summary>
    public HttpRequestException? Breach => _breach;

    public CancellationToken RequestAborted { get; set; }

    public bool CanHaveBody { get; private set; }

    /// <summary>Takes over the body, which is in memory already: tools write their arguments there.</summary>
    public async ValueTask ReadBodyAsync(CancellationToken cancellationToken)
    {
        if (_message.Content is { } content)
        {
            CanHaveBody = true;
            _request.Body = await content.ReadAsStreamAsync(cancellationToken);
            _request.Headers.ContentLength ??= content.Headers.ContentLength;
        }
    }

    /// <summary>Aborts the request because its caller no longer waits for the answer, or no longer reads it.</summary>
    public void Stop()
    {
        Answer.TrySetCanceled();
        CancelRequest();
    }

    /// <summary>Aborts the request because the app wants so. Over HTTP the connection would break.</summary>
    public void Abort()
    {
        _breach ??= new HttpRequestException(HttpRequestError.ResponseEnded, "The app aborted the request.");
        Answer.TrySetException(_breach);
        CancelRequest();
        _response.Abort();
    }

    /// <summary>Ends the answer after the pipeline has run.</summary>
    public async ValueTask CompleteAsync()
    {
        _isOver = true;
        if (_breach is { } breach)
        {
            await _response.BreakOffAsync(breach);
            return;
        }

        await _response.CompleteAsync();
    }

    /// <summary>Ends the answer after the pipeline has thrown: with status 500, as a server does, or broken off.</summary>
    public async ValueTask FailAsync(Exception exception)
    {
        _isOver = true;
        if (_response.HasStarted || IsAborted)
        {
            await _response.BreakOffAsync(exception);
            return;
        }

        _response.Reset((int)HttpStatusCode.InternalServerError);
        await CompleteAsync();
    }

    /// <summary>Runs what the app registered for the end of the request.</summary>
    public async ValueTask EndAsync()
    {
        await _response.EndAsync();
        if (!Answer.Task.IsCompleted)
        {
            Answer.TrySetException(new HttpRequestException(HttpRequestError.ResponseEnded, "The app gave no answer."));
        }
    }

    /// <summary>Gives the answer to the caller. Its body is read while the pipeline goes on.</summary>
    public void Send(HttpResponseMessage answer)
    {
        answer.RequestMessage = _message;
        if (!Answer.TrySetResult(answer))
        {
            answer.Dispose();
        }
    }

    /// <summary>A callback that throws changes nothing about the answer, and keeps no other callback from running.</summary>
    public void CallbackFailed(Exception exception) => LogCallbackFailed(Method, exception);

    private void CancelRequest()
    {
        try
        {
            _aborted.Cancel();
        }
        catch (Exception exception)
        {
            // Thrown by callbacks of the app. The thread here can be a timer's, where an exception ends the process.
            CallbackFailed(exception);
        }
    }

    /// <summary>Decodes a path as Kestrel does: an encoded slash stays encoded, because it does not divide segments.</summary>
    private static string Decoded(string path) => path.Contains('%', StringComparison.Ordinal)
        ? Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.Ordinal).Replace("%2f", "%252f", StringComparison.Ordinal))
        : path;

    [LoggerMessage(Level = LogLevel.Error, Message = "A callback of {Method} failed in process")]
    private partial void LogCallbackFailed(string method, Exception exception);

    private sealed class Authentication : IHttpAuthenticationFeature
    {
        public System.Security.Claims.ClaimsPrincipal? User { get; set; }
    }
}
