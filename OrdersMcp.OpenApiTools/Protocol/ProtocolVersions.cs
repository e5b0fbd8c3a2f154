using System.Collections.Frozen;
using ModelContextProtocol.Protocol;
using SdkServer = ModelContextProtocol.Server.McpServer;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>The supported protocol revisions, in two eras.</summary>
internal static class ProtocolVersions
{
    /// <summary>Requests of this revision are independent: no handshake, and each carries its metadata.</summary>
    public const string PerRequest = "2026-07-28";

    /// <summary>Revisions that start with <c>initialize</c>.</summary>
    public static readonly string[] Handshake = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

    /// <summary>Methods that 2026-07-28 removed. The SDK answers so, regardless of their parameters.</summary>
    public static readonly FrozenSet<string> RemovedMethods = new[]
    {
        RequestMethods.Initialize, "logging/setLevel", RequestMethods.ResourcesSubscribe, RequestMethods.ResourcesUnsubscribe,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the request's revision requires results to state their type and how long they are valid.</summary>
    public static bool IsPerRequest(JsonRpcRequest request, SdkServer server) =>
        string.CompareOrdinal(request.Context?.ProtocolVersion ?? server.NegotiatedProtocolVersion, PerRequest) >= 0;

    public static bool IsSupported(string version) => version == PerRequest || Handshake.Contains(version);
}
