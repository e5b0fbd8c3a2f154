using OrdersMcp.Bench.Load;
using OrdersMcp.Bench.Servers;

namespace OrdersMcp.Bench;

/// <summary>One way to get an order.</summary>
/// <param name="Name">What it is called in tables and by <c>--only</c>.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Server">The process that is asked.</param>
/// <param name="Behind">The processes that it asks in turn.</param>
/// <param name="GetOrder">The request for an order.</param>
internal sealed record Contestant(
    string Name, string Title, Server Server, IReadOnlyList<WatchedProcess> Behind, Func<long, LoadRequest> GetOrder);

/// <summary>The names of all contestants, which is what <c>--only</c> takes.</summary>
internal static class ContestantNames
{
    public const string Floor = "floor";
    public const string Rest = "rest";
    public const string RestQuiet = "rest-quiet";
    public const string Mcp = "mcp";
    public const string McpHandshake = "mcp-2025-11-25";
    public const string McpQuiet = "mcp-quiet";
    public const string McpInProcess = "mcp-in-process";
    public const string BareMcp = "csharp-sdk";
    public const string BareInProcess = "csharp-sdk-in-process";
    public const string TypeScriptSdk = "typescript-sdk";
    public const string FastMcp = "fastmcp";
    public const string FastApi = "fastapi";

    public static IReadOnlyList<string> All { get; } =
        [Floor, Rest, RestQuiet, Mcp, McpHandshake, McpQuiet, McpInProcess, BareMcp, BareInProcess, TypeScriptSdk, FastMcp, FastApi];
}
