using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Configuration;

namespace OrdersMcp.Playground.Models;

/// <summary>A model that a person can choose.</summary>
/// <param name="Id">The id in requests.</param>
/// <param name="Name">The name on the page.</param>
/// <param name="Model">The name in the provider's API.</param>
/// <param name="Provider">The provider, as in <c>gen_ai.provider.name</c>.</param>
/// <param name="Client">The client, with telemetry.</param>
/// <param name="Options">The settings; null for the scripted model.</param>
internal sealed record PlaygroundModel(string Id, string Name, string Model, string Provider, IChatClient Client, ModelOptions? Options)
{
    private const decimal Million = 1_000_000;

    /// <summary>Whether rules answer instead of a model.</summary>
    public bool IsScripted => Options is null;

    /// <summary>The cost of tokens; null if the prices are not set.</summary>
    public decimal? CostOf(long inputTokens, long outputTokens) =>
        IsScripted ? 0
        : Options is { InputPrice: { } input, OutputPrice: { } output } ? ((inputTokens * input) + (outputTokens * output)) / Million
        : null;

    /// <summary>The output tokens that money pays for after the input; null if there is no bound, as without prices.</summary>
    public long? OutputFor(decimal money, long inputTokens)
    {
        if (Options is not { InputPrice: { } input, OutputPrice: { } output })
        {
            return null;
        }

        var left = (money * Million) - (inputTokens * input);
        return left <= 0 ? 0 : output == 0 ? null : (long)Math.Min(left / output, long.MaxValue);
    }
}
