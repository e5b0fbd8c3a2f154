using System.Diagnostics.Metrics;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>Counts confirmations by outcome.</summary>
internal sealed class ConfirmationMetrics(IMeterFactory factory)
{
    private readonly Counter<long> _confirmations = factory.Create(McpAttributes.Meter)
        .CreateCounter<long>("ordersmcp.confirmations", "{confirmation}", "Confirmations asked, given and refused.");

    /// <summary>A confirmation was requested, given or refused.</summary>
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

/// <summary>The outcome of a confirmation step.</summary>
internal enum ConfirmationStep
{
    Asked,
    Given,
    Refused,
}
