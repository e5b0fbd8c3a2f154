using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>Tools whose calls a person confirms.</summary>
internal static class ConfirmedTools
{
    extension(OperationTool tool)
    {
        /// <summary>How the tool's calls are confirmed; null if they are not.</summary>
        public ConfirmationPlan? Confirmation => tool.PlanOf<ConfirmationPlan>();
    }
}
