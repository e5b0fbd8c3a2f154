using System.Diagnostics;
using OpenTelemetry;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.ServiceDefaults.Telemetry;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// Names the HTTP request of a tool after its operation's route (semantic conventions, HTTP client span: <c>{method}
/// {url.template}</c>). It also redacts text in the URL, because a path argument can be an e-mail address.
/// </summary>
internal sealed class ToolRequestProcessor : BaseProcessor<Activity>
{
    private const string Source = "System.Net.Http";

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name != Source || CallTrace.CalledIn(data.Parent) is not { } tool)
        {
            return;
        }

        data.SetTag(McpAttributes.UrlTemplate, tool.Path);
        data.DisplayName = $"{tool.Method} {tool.Path}";
        if (data.GetTagItem(McpAttributes.UrlFull) is string url)
        {
            data.SetTag(McpAttributes.UrlFull, RedactedPath.Of(url, tool.Path));
        }
    }
}
