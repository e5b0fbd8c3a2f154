namespace OrdersMcp.Playground.Configuration;

/// <summary>The bounds of one request, <c>Playground:Limits</c>. A loop that reaches one ends and says which.</summary>
internal sealed class LimitOptions
{
    /// <summary>Turns of the model.</summary>
    public int Turns { get; set; } = 10;

    /// <summary>Tool calls in all turns.</summary>
    public int ToolCalls { get; set; } = 30;

    /// <summary>Tool calls at the same time.</summary>
    public int ParallelToolCalls { get; set; } = 4;

    /// <summary>Input and output tokens of all turns.</summary>
    public int Tokens { get; set; } = 200_000;

    /// <summary>Output tokens of one turn.</summary>
    public int OutputTokens { get; set; } = 4_096;

    /// <summary>Seconds.</summary>
    public int Seconds { get; set; } = 180;

    /// <summary>Money, in <see cref="PlaygroundOptions.Currency"/>, for a model whose prices are set.</summary>
    public decimal Cost { get; set; } = 1;

    /// <summary>Tokens of a tool's result that the model reads at once; it asks for the next page.</summary>
    public int ResultTokens { get; set; } = 4_000;

    /// <summary>Messages in the history of a request.</summary>
    public int Messages { get; set; } = 200;

    /// <summary>Conversations at the same time.</summary>
    public int Conversations { get; set; } = 8;

    /// <summary>Tool calls in the background whose results are kept.</summary>
    public int Tasks { get; set; } = 100;

    /// <summary>Minutes for which the result of a call in the background is kept.</summary>
    public int TaskMinutes { get; set; } = 15;
}
