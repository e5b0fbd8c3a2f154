using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// Adds the W3C baggage of a request's <c>_meta</c> to its span's context, as the semantic conventions for MCP require; the
/// SDK reads only traceparent and tracestate. The baggage header carries it on to the API, and nothing records it. Baggage
/// over the limits of the specification is dropped entirely.
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
            var pair = member.Split(';')[0]; // properties describe the member, not the call
            if (pair.IndexOf('=') is > 0 and var equals)
            {
                activity.AddBaggage(pair[..equals].Trim(), Uri.UnescapeDataString(pair[(equals + 1)..].Trim()));
            }
        }
    }
}
