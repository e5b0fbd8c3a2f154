using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>The HTTP request that carried a message.</summary>
internal static class MessageSource
{
    private const string Item = "ordersmcp.http";

    /// <summary>The request; null over stdio.</summary>
    public static HttpContext? HttpContext(this JsonRpcMessage message) =>
        message.Context?.Items?.TryGetValue(Item, out var item) is true ? item as HttpContext : null;

    /// <summary>Stores the request in its message.</summary>
    public static void ComesWith(this JsonRpcMessage message, HttpContext request)
    {
        message.Context ??= new JsonRpcMessageContext();
        message.Context.Items ??= new Dictionary<string, object?>(StringComparer.Ordinal);
        message.Context.Items[Item] = request;
    }
}
