using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Http;

/// <summary>The MCP endpoint; part of the configuration section <c>Mcp</c>.</summary>
internal sealed class McpEndpointOptions
{
    public const string Section = "Mcp";

    /// <summary>The path of the endpoint. <c>/mcp</c> unless set.</summary>
    public string Path { get; set; } = "/mcp";

    /// <summary>The largest request body in bytes; larger ones get 413.</summary>
    public long MaxRequestBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>Origins of web pages that may call, besides the server's own and, between loopback addresses, any.</summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>Sessions of clients of the handshake era.</summary>
    public SessionOptions Sessions { get; set; } = new();

    /// <summary>Finds a tool by name if the server's tools are not in its tool collection.</summary>
    public Func<string, Tool?>? FindTool { get; set; }

    /// <summary>
    /// Decides whether a request goes on to the server; a refused request has already been answered. The message is null if
    /// a GET opens the stream of a session. Unless set, all requests go on.
    /// </summary>
    public Func<HttpContext, JsonRpcMessage?, ValueTask<bool>>? Admit { get; set; }

    /// <summary>The name that a request counts under for limits per caller; the caller's name unless set.</summary>
    public Func<HttpContext, string>? CountedAs { get; set; }

    /// <summary>Called for each request that gets no session because there are too many.</summary>
    public Action<HttpContext>? SessionRefused { get; set; }

    /// <summary>Called with the server of each new session. The scope is disposed of when the session ends.</summary>
    public Func<ModelContextProtocol.Server.McpServer, ISessionScope>? SessionBegun { get; set; }
}

/// <summary>Limits of sessions; the configuration section <c>Mcp:Sessions</c>. Each replica counts its own sessions.</summary>
internal sealed class SessionOptions
{
    /// <summary>The maximum number of concurrent sessions. 1000 unless set; 0 for a server without sessions.</summary>
    public int Max { get; set; } = 1000;

    /// <summary>The maximum number of sessions of one caller. 100 unless set.</summary>
    public int PerCaller { get; set; } = 100;

    /// <summary>The time without a request after which a session ends. 1 h unless set.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Checks the settings at start; each problem names its setting.</summary>
internal sealed class McpEndpointOptionsValidator : IValidateOptions<McpEndpointOptions>
{
    private static readonly TimeSpan LongestIdleTimeout = TimeSpan.FromDays(1);

    /// <summary>Whether the endpoint can be there.</summary>
    public static bool IsPath(string path) =>
        path.StartsWith('/') && Uri.IsWellFormedUriString(path, UriKind.Relative) && !path.AsSpan().ContainsAny("{}?#*");

    public ValidateOptionsResult Validate(string? name, McpEndpointOptions options)
    {
        var problems = new List<string>();
        if (!IsPath(options.Path))
        {
            problems.Add("Mcp:Path must be a path such as /mcp: it begins with a slash, and has no parameters.");
        }

        if (options.Sessions.Max < 0)
        {
            problems.Add("Mcp:Sessions:Max must not be negative; 0 allows no session.");
        }

        if (options.Sessions.PerCaller < 1)
        {
            problems.Add("Mcp:Sessions:PerCaller must be at least 1. Mcp:Sessions:Max=0 allows no session.");
        }

        if (options.Sessions.IdleTimeout <= TimeSpan.Zero || options.Sessions.IdleTimeout > LongestIdleTimeout)
        {
            problems.Add($"Mcp:Sessions:IdleTimeout is {options.Sessions.IdleTimeout}; it must be longer than zero and "
                + $"at most {LongestIdleTimeout}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
