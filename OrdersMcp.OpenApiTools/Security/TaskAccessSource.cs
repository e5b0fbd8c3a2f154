using System.Security.Claims;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Tasks;

namespace OrdersMcp.OpenApiTools.Security;

/// <summary>The access that requests for a task need: that of the tool that started it, checked for each request.</summary>
internal sealed class TaskAccessSource(ToolCatalog catalog, TaskHandles handles, ToolAccessSource tools) : IAccessSource
{
    public RequiredAccess? Of(ClaimsPrincipal caller, string method, JsonObject? parameters) =>
        method.StartsWith("tasks/", StringComparison.Ordinal) && parameters?["taskId"].AsText() is { } id
            && handles.Read(id, caller.CallerName()) is { } handle && catalog.FindOperation(handle.Tool) is { } tool
            ? tools.Of(tool) with { Class = method == "tasks/get" ? CallClass.Read : CallClass.Write }
            : null;
}
