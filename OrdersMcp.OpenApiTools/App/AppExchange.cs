using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>One request in process and its answer, in the form that ASP.NET Core takes from a server: a set of features.</summary>
internal sealed class AppExchange : IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature
{
    private readonly HttpRequestMessage _message;
    private readonly HttpRequestFeature _request;
    private readonly AppResponse _response;
    private readonly CancellationTokenSource _aborted;

    /// <param name="message">The request.</param>
    /// <param name="caller">Its caller.</param>
    /// <param name="aborted">Ends the request. Without a timer it holds nothing to dispose of.</param>
    public AppExchange(HttpRequestMessage message, AppCaller caller, CancellationTokenSource aborted)
    {
        _aborted = aborted;
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

        _request.Headers.Host = caller.Host.Value;
        _response = new AppResponse(this);
        RequestAborted = _aborted.Token;
        Features.Set<IHttpRequestFeature>(_request);
        Features.Set<IHttpRequestLifetimeFeature>(this);
        Features.Set<IHttpRequestBodyDetectionFeature>(this);
        Features.Set<IHttpResponseFeature>(_response);
        Features.Set<IHttpResponseBodyFeature>(_response);
        Features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = caller.RemoteAddress, LocalIpAddress = IPAddress.Loopback });
        if (caller.User is { } user)
        {
            Features.Set<IHttpAuthenticationFeature>(new Authentication { User = user });
        }
    }

    public FeatureCollection Features { get; } = new();

    public string Method => _request.Method;

    /// <summary>The answer, as soon as its status and headers are known.</summary>
    public TaskCompletionSource<HttpResponseMessage> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the pipeline has run, which may outlast the answer's headers.</summary>
    public bool IsOver { get; private set; }

    public bool IsAborted => _aborted.IsCancellationRequested;

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

    public void Begin(HttpContext context) => _response.Context = context;

    public void Abort()
    {
        _aborted.Cancel();
        Answer.TrySetCanceled(_aborted.Token);
        _response.Abort();
    }

    /// <summary>Ends the answer after the pipeline has run.</summary>
    public async ValueTask CompleteAsync()
    {
        await _response.StartAsync(CancellationToken.None);
        await _response.CompleteAsync();
    }

    /// <summary>Ends the answer after the pipeline has thrown: with status 500, as a server does, or broken off.</summary>
    public async ValueTask FailAsync(Exception exception)
    {
        if (_response.HasStarted || IsAborted)
        {
            await _response.BreakOffAsync(exception);
            Answer.TrySetException(exception);
            return;
        }

        _response.Reset((int)HttpStatusCode.InternalServerError);
        await CompleteAsync();
    }

    public ValueTask EndAsync()
    {
        IsOver = true;
        return _response.EndAsync();
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

    /// <summary>Decodes a path as Kestrel does: an encoded slash stays encoded, because it does not divide segments.</summary>
    private static string Decoded(string path) => path.Contains('%', StringComparison.Ordinal)
        ? Uri.UnescapeDataString(path.Replace("%2F", "%252F", StringComparison.Ordinal).Replace("%2f", "%252f", StringComparison.Ordinal))
        : path;

    private sealed class Authentication : IHttpAuthenticationFeature
    {
        public System.Security.Claims.ClaimsPrincipal? User { get; set; }
    }
}
