using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>
/// The idempotency key of a call. If the caller gave none, a repeated request must get the same key, but two calls must
/// never share a key, or the second would silently do nothing. Only values that a client makes unique distinguish the two
/// cases: with such a value the key is derived, otherwise it is random (docs/tools.md).
/// </summary>
/// <param name="Value">The value that the API gets.</param>
/// <param name="IsDerived">Whether the server made the key, because the caller gave none.</param>
internal sealed record IdempotencyKey(string Value, bool IsDerived)
{
    /// <summary>A text of this length that is not a number is not a counter.</summary>
    private const int ShortestUniqueId = 16;

    private static readonly string[] UniqueMembers = ["traceparent", "progressToken"];

    /// <summary>A key that no other call has.</summary>
    public static IdempotencyKey New() => new(Guid.CreateVersion7().ToString("N"), IsDerived: true);

    /// <summary>The key of a request without a key from its caller.</summary>
    /// <param name="caller">The caller, or null.</param>
    /// <param name="id">The id of the JSON-RPC request.</param>
    /// <param name="meta">The request's <c>_meta</c>.</param>
    /// <param name="tool">The name of the tool.</param>
    /// <param name="arguments">The arguments as JSON.</param>
    public static IdempotencyKey Derive(string? caller, RequestId id, JsonObject? meta, string tool, string arguments)
    {
        var marks = UniqueMembers
            .Select(name => meta?[name].AsText())
            .Append(id.Id as string)
            .Where(text => text?.Length >= ShortestUniqueId && !text.All(char.IsAsciiDigit))
            .ToArray();
        if (marks.Length == 0)
        {
            return New();
        }

        var text = string.Join('\n', [caller, id.ToString(), tool, .. marks, arguments]);
        return new IdempotencyKey(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16)), IsDerived: true);
    }
}
