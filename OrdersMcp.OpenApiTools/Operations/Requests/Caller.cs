using System.Security.Claims;
using Microsoft.Extensions.Primitives;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.App;
using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// The caller that a call is made for. It copies what it needs from the request, and remains valid after the request ends.
/// </summary>
/// <param name="User">The authenticated caller; null if the server calls for itself, such as over stdio.</param>
/// <param name="Program">The caller's program, from its <c>User-Agent</c>.</param>
/// <param name="Authorization">The caller's credential, for APIs that need a token exchanged for it.</param>
/// <param name="Headers">The headers to forward to APIs, as their settings say.</param>
internal sealed record Caller(
    ClaimsPrincipal? User, string? Program, string? Authorization, IReadOnlyList<KeyValuePair<string, StringValues>> Headers)
{
    /// <summary>The same caller for requests to this app itself; null if the app calls for itself.</summary>
    public AppCaller? InApp { get; private init; }

    private const string Item = "ordersmcp.caller";

    /// <summary>The server itself.</summary>
    public static Caller Server { get; } = new(User: null, Program: null, Authorization: null, []);

    /// <summary>The caller behind an HTTP request.</summary>
    /// <param name="request">The request, after authentication.</param>
    /// <param name="headers">The names of the headers to forward to any API.</param>
    public static Caller Of(HttpContext request, string[] headers)
    {
        var given = request.Request.Headers;
        return new Caller(request.User, given.UserAgent, given.Authorization, headers.Length == 0
            ? []
            : [.. headers.Where(given.ContainsKey).Select(name => KeyValuePair.Create(name, given[name]))])
        {
            InApp = AppCaller.Of(request),
        };
    }

    /// <summary>Gives a request that is only evaluated what a call in process would have.</summary>
    public void Describe(HttpContext context, ApiOptions api)
    {
        InApp?.Describe(context);
        var headers = context.Request.Headers;
        if (Authorization is { Length: > 0 })
        {
            headers.Authorization = Authorization;
        }

        foreach (var (name, values) in Headers.Where(header => api.ForwardHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            headers[name] = values;
        }
    }

    /// <summary>The caller that sent a message.</summary>
    public static Caller Of(JsonRpcMessage message) =>
        message.Context?.Items?.TryGetValue(Item, out var item) is true && item is Caller caller ? caller : Server;

    /// <summary>Attaches the caller to the message, where <see cref="Of(JsonRpcMessage)"/> finds it.</summary>
    public void Attach(JsonRpcMessage message)
    {
        message.Context ??= new JsonRpcMessageContext();
        message.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        message.Context.Items[Item] = this;
    }
}
