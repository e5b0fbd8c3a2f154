using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// The name of a request as in the conventions for span names: the method, and for a tool call also the tool. The names
/// come only from the protocol and the catalog, so their number is limited.
/// </summary>
internal static class RequestName
{
    /// <param name="method">The method, as spelled by the client.</param>
    /// <param name="tool">A tool of the catalog; null or <see cref="McpAttributes.Other"/> if it is unknown.</param>
    public static string Of(string method, string? tool) =>
        method == RequestMethods.ToolsCall && tool is not (null or McpAttributes.Other) ? $"{method} {tool}"
        : McpAttributes.Methods.Contains(method) ? method
        : McpAttributes.Other;
}
