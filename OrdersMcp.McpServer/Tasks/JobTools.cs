using OrdersMcp.McpServer.Operations;

namespace OrdersMcp.McpServer.Tasks;

/// <summary>Tools that begin jobs.</summary>
internal static class JobTools
{
    extension(OperationTool tool)
    {
        /// <summary>How the job that the tool begins is followed; null where it begins none.</summary>
        public JobPlan? Job => tool.PlanOf<JobPlan>();
    }
}
