using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Models;

namespace OrdersMcp.Playground.Conversations;

/// <summary>What a request has used, and the limits that it has reached.</summary>
internal sealed class Budget(LimitOptions limits, PlaygroundModel model, string currency)
{
    /// <summary>A shorter answer says nothing, but its input costs as much.</summary>
    private const int LeastOutput = 16;

    private int _turns;
    private int _toolCalls;
    private decimal _cost;
    private DoneEvent? _outOfOutput;

    public long InputTokens { get; private set; }

    public long OutputTokens { get; private set; }

    /// <summary>The most output tokens of the next turn, after <see cref="BeforeTurn"/>.</summary>
    public int MostOutput { get; private set; }

    /// <summary>The end of the request if it has no room for another turn.</summary>
    /// <param name="input">An estimate of the tokens that the model would read.</param>
    public DoneEvent? BeforeTurn(long input)
    {
        if (_turns >= limits.Turns)
        {
            return Reached("turns", $"The model has had {limits.Turns} turns without coming to an end.");
        }

        var tokens = limits.Tokens - InputTokens - OutputTokens - input;
        if (tokens < LeastOutput)
        {
            return Reached("tokens", $"Another turn would need about {input} tokens of input; {Math.Max(0, tokens + input)} of the {limits.Tokens} are left.");
        }

        var affordable = model.OutputFor(limits.Cost - _cost, input);
        if (affordable < LeastOutput)
        {
            return Reached("cost", $"Another turn would need about {input} tokens of input; {Math.Max(0, limits.Cost - _cost)} of the {limits.Cost} {currency} are left.");
        }

        var most = Math.Min(tokens, affordable ?? long.MaxValue);
        MostOutput = (int)Math.Min(limits.OutputTokens, most);
        _outOfOutput = MostOutput == limits.OutputTokens
            ? Reached("tokens", $"The answer has reached the limit of {limits.OutputTokens} tokens for one turn.")
            : Reached(most == tokens ? "tokens" : "cost", $"The answer has reached the {MostOutput} tokens that were left for it.");
        return null;
    }

    /// <summary>The end of the request if it has no room for these calls.</summary>
    public DoneEvent? BeforeCalls(int calls)
    {
        if (_toolCalls + calls > limits.ToolCalls)
        {
            return Reached("toolCalls", $"The model asked for more than {limits.ToolCalls} tool calls. Those of its last turn were not executed.");
        }

        _toolCalls += calls;
        return null;
    }

    /// <summary>The end of a request that took too long.</summary>
    public DoneEvent OutOfTime() => Reached("seconds", $"The request took more than {limits.Seconds} s.");

    /// <summary>The end of an answer that the model could not finish.</summary>
    public DoneEvent OutOfOutput() => _outOfOutput ?? throw new InvalidOperationException("No turn has begun.");

    /// <summary>Adds a turn.</summary>
    /// <returns>The cost of the turn, if the prices are known.</returns>
    public decimal? Add(long inputTokens, long outputTokens)
    {
        var cost = model.CostOf(inputTokens, outputTokens);
        _turns++;
        InputTokens += inputTokens;
        OutputTokens += outputTokens;
        _cost += cost ?? 0;
        return cost;
    }

    public UsageEvent ToEvent() => new(
        _turns, _toolCalls, InputTokens, OutputTokens, model.CostOf(0, 0) is null ? null : _cost, currency);

    private static DoneEvent Reached(string limit, string detail) => new("limit", limit, detail);
}
