using OrdersMcp.OpenApiTools.Catalog;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>Plans how to follow the job that a tool starts, based on the document.</summary>
internal sealed class JobPlanner : IToolPlanner
{
    public object? Plan(ToolDraft draft) =>
        JobPlan.Of(draft.Document, draft.Operation.Extensions.Task, draft.Related, draft.Warn);
}
