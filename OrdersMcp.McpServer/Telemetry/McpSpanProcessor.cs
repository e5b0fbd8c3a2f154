using System.Diagnostics;
using OpenTelemetry;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>
/// Takes off the SDK's spans what must not leave the process, once they are complete: the text of a tool's error, which
/// the SDK makes the status description and which holds people's data; and the session id, which is a random number
/// where there are no sessions.
/// </summary>
internal sealed class McpSpanProcessor : BaseProcessor<Activity>
{
    /// <summary>The SDK's activity source and meter.</summary>
    public const string Source = "Experimental.ModelContextProtocol";

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != Source)
        {
            return;
        }

        data.SetTag("mcp.session.id", null);
        if (data.StatusDescription is not null)
        {
            data.SetStatus(data.Status); // without the description
        }
    }
}
