using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>
/// What a request asks for, in the words of the conventions' span names: the method, and for a call of a tool the tool.
/// The names are those of the protocol and of the catalog, so that they are few.
/// </summary>
internal static class RequestName
{
    /// <param name="method">As the client spelled it.</param>
    /// <param name="tool">A tool of the catalog; null, or <see cref="McpAttributes.Other"/>, where none is known.</param>
    public static string Of(string method, string? tool) =>
        method == RequestMethods.ToolsCall && tool is not (null or McpAttributes.Other) ? $"{method} {tool}"
        : McpAttributes.Methods.Contains(method) ? method
        : McpAttributes.Other;
}
