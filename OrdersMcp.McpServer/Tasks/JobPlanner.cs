using OrdersMcp.McpServer.Catalog;

namespace OrdersMcp.McpServer.Tasks;

/// <summary>Plans how the job that a tool begins is followed, from what the document says.</summary>
internal sealed class JobPlanner : IToolPlanner
{
    public object? Plan(ToolDraft draft) =>
        JobPlan.Of(draft.Document, draft.Operation.Extensions.Task, draft.Related, draft.Warn);
}
