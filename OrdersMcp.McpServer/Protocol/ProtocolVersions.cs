using System.Collections.Frozen;
using ModelContextProtocol.Protocol;
using SdkServer = ModelContextProtocol.Server.McpServer;

namespace OrdersMcp.McpServer.Protocol;

/// <summary>The protocol revisions that are served, in their two eras.</summary>
internal static class ProtocolVersions
{
    /// <summary>Requests of this revision stand alone: no handshake, metadata in each of them.</summary>
    public const string PerRequest = "2026-07-28";

    /// <summary>Revisions that begin with <c>initialize</c>.</summary>
    public static readonly string[] Handshake = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

    /// <summary>
    /// Methods of the handshake era that 2026-07-28 has no longer. The package says so, whatever their parameters are.
    /// </summary>
    public static readonly FrozenSet<string> RemovedMethods = new[]
    {
        RequestMethods.Initialize, "logging/setLevel", RequestMethods.ResourcesSubscribe, RequestMethods.ResourcesUnsubscribe,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a request is of the revision whose results say what they are and how long they hold.</summary>
    public static bool IsPerRequest(JsonRpcRequest request, SdkServer server) =>
        string.CompareOrdinal(request.Context?.ProtocolVersion ?? server.NegotiatedProtocolVersion, PerRequest) >= 0;

    public static bool IsSupported(string version) => version == PerRequest || Handshake.Contains(version);
}
