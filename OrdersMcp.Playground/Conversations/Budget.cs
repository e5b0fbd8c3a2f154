using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Models;

namespace OrdersMcp.Playground.Conversations;

/// <summary>What a request has used, and the limits that it has reached.</summary>
internal sealed class Budget(LimitOptions limits, PlaygroundModel model, string currency)
{
    private int _turns;
    private int _toolCalls;
    private decimal _cost;

    public long InputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    /// <summary>The end of the request if it has no room for another turn.</summary>
    public DoneEvent? BeforeTurn() =>
        _turns >= limits.Turns ? Reached("turns", $"The model has had {limits.Turns} turns without coming to an end.")
        : InputTokens + OutputTokens >= limits.Tokens ? Reached("tokens", $"The request has used its {limits.Tokens} tokens.")
        : _cost >= limits.Cost ? Reached("cost", $"The request has cost {limits.Cost} {currency}.")
        : null;

    /// <summary>The end of the request if it has no room for these calls.</summary>
    public DoneEvent? BeforeCalls(int calls)
    {
        if (_toolCalls + calls > limits.ToolCalls)
        {
            return Reached("toolCalls", $"The model wants more than {limits.ToolCalls} tool calls.");
        }

        _toolCalls += calls;
        return null;
    }

    /// <summary>The end of a request that took too long.</summary>
    public DoneEvent OutOfTime() => Reached("seconds", $"The request has taken {limits.Seconds} s.");

    /// <summary>The end of an answer that the model could not finish.</summary>
    public DoneEvent OutOfOutput() => Reached("tokens", $"The answer has reached the limit of {limits.OutputTokens} tokens for one turn.");

    /// <summary>Adds a turn.</summary>
    /// <returns>The cost of the turn, if the prices are known.</returns>
    public decimal? Add(UsageDetails usage)
    {
        var (input, output) = (usage.InputTokenCount ?? 0, usage.OutputTokenCount ?? 0);
        var cost = model.CostOf(input, output);
        _turns++;
        InputTokens += input;
        OutputTokens += output;
        _cost += cost ?? 0;
        return cost;
    }

    public UsageEvent ToEvent() => new(
        _turns, _toolCalls, InputTokens, OutputTokens, model.CostOf(0, 0) is null ? null : _cost, currency);

    private static DoneEvent Reached(string limit, string detail) => new("limit", limit, detail);
}
