using System.Security.Claims;
using System.Text.Json.Nodes;
using OrdersMcp.McpServer.Catalog;
using OrdersMcp.McpServer.Protocol;
using OrdersMcp.McpServer.Tasks;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>What requests for a task need: what the tool needs that began it, each time anew.</summary>
internal sealed class TaskAccessSource(ToolCatalog catalog, TaskHandles handles, ToolAccessSource tools) : IAccessSource
{
    public RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters) =>
        method.StartsWith("tasks/", StringComparison.Ordinal) && parameters?["taskId"].AsText() is { } id
            && handles.Read(id, caller.CallerName()) is { } handle && catalog.FindOperation(handle.Tool) is { } tool
            ? tools.Of(tool) with { Class = method == "tasks/get" ? CallClass.Read : CallClass.Write }
            : null;
}
