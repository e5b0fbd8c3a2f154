using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>Tools that start jobs.</summary>
internal static class JobTools
{
    extension(OperationTool tool)
    {
        /// <summary>How to follow the job that the tool starts; null if it starts none.</summary>
        public JobPlan? Job => tool.PlanOf<JobPlan>();
    }
}
