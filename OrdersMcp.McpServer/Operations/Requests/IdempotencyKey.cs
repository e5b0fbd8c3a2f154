using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Operations.Requests;

/// <summary>
/// Keys for calls whose caller gave none. The same request, sent again, must have the same key; two calls must never
/// share one, for then the second would silently not be done. Only what a client makes unique tells the two apart, so a
/// key is derived where the request has such a mark, and else made up (docs/tools.md).
/// </summary>
internal static class IdempotencyKeys
{
    /// <summary>A text of this length that is no number was not counted up from one.</summary>
    private const int ShortestUniqueId = 16;

    private static readonly string[] UniqueMembers = ["traceparent", "progressToken"];

    /// <param name="caller">Who calls, or null.</param>
    /// <param name="id">The id of the JSON-RPC request.</param>
    /// <param name="meta">The request's <c>_meta</c>.</param>
    /// <param name="tool">The name of the tool.</param>
    /// <param name="arguments">The arguments as JSON.</param>
    public static string Derive(string? caller, RequestId id, JsonObject? meta, string tool, string arguments)
    {
        var marks = UniqueMembers
            .Select(name => meta?[name].AsText())
            .Append(id.Id as string)
            .Where(text => text?.Length >= ShortestUniqueId && !text.All(char.IsAsciiDigit))
            .ToArray();
        if (marks.Length == 0)
        {
            return Guid.CreateVersion7().ToString("N");
        }

        var text = string.Join('\n', [caller, id.ToString(), tool, .. marks, arguments]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
