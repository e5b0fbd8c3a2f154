using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>
/// Takes the W3C baggage of a request's <c>_meta</c> into its span's context, as the semantic conventions for MCP ask;
/// the SDK reads traceparent and tracestate alone. It goes on to the API as the header of that name and is recorded
/// nowhere. Beyond the specification's limits it is left out as a whole.
/// </summary>
internal static class BaggagePropagation
{
    private const int MostBytes = 8192;
    private const int MostMembers = 64;

    public static void Add(Activity activity, JsonNode? parameters)
    {
        if ((parameters as JsonObject)?["_meta"] is not JsonObject meta
            || meta["baggage"].AsText() is not { } text || Encoding.UTF8.GetByteCount(text) > MostBytes)
        {
            return;
        }

        var members = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (members.Length > MostMembers)
        {
            return;
        }

        foreach (var member in members)
        {
            var pair = member.Split(';')[0]; // properties say something of the member, not of the call
            if (pair.IndexOf('=') is > 0 and var equals)
            {
                activity.AddBaggage(pair[..equals].Trim(), Uri.UnescapeDataString(pair[(equals + 1)..].Trim()));
            }
        }
    }
}
