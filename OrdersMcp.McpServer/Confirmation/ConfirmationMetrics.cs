using System.Diagnostics.Metrics;
using OrdersMcp.McpServer.Protocol;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>What becomes of confirmations.</summary>
internal sealed class ConfirmationMetrics(IMeterFactory factory)
{
    private readonly Counter<long> _confirmations = factory.Create(McpAttributes.Meter)
        .CreateCounter<long>("ordersmcp.confirmations", "{confirmation}", "Confirmations asked, given and refused.");

    /// <summary>A confirmation was asked for, given or refused.</summary>
    public void Count(string tool, ConfirmationStep step) => _confirmations.Add(
        1,
        new KeyValuePair<string, object?>(McpAttributes.Tool, tool),
        new KeyValuePair<string, object?>("ordersmcp.confirmation.step", step switch
        {
            ConfirmationStep.Asked => "asked",
            ConfirmationStep.Given => "given",
            _ => "refused",
        }));
}

/// <summary>What became of a confirmation.</summary>
internal enum ConfirmationStep
{
    Asked,
    Given,
    Refused,
}
