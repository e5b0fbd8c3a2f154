using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrdersMcp.Playground.Conversations;

namespace OrdersMcp.Playground.Evals;

/// <summary>A prompt, and what a good conversation about it does. The page exports conversations in this format.</summary>
internal sealed record EvaluationCase
{
    /// <summary>The name in the table. Unless given, the name of the file with the number of the case in it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The messages before the prompt, if it is a follow-up. They are not judged.</summary>
    public IReadOnlyList<ChatTurn> Earlier { get; init; } = [];

    /// <summary>The prompt of the person.</summary>
    public required string Prompt { get; init; }

    /// <summary>The id of the caller; the default caller unless given.</summary>
    public string? Caller { get; init; }

    /// <summary>The calls that the model must make, in any order.</summary>
    public IReadOnlyList<ExpectedCall> ToolCalls { get; init; } = [];

    /// <summary>Texts that must be in the answer, each a string or a list of alternatives.</summary>
    public IReadOnlyList<Alternatives> MustContain { get; init; } = [];

    /// <summary>Texts that must not be in the answer.</summary>
    public IReadOnlyList<Alternatives> MustNotContain { get; init; } = [];

    /// <summary>The person's answer if a call must be confirmed. The server must ask exactly if this is given.</summary>
    public CaseConfirmation? Confirmation { get; init; }

    /// <summary>Whether the scripted model can manage it.</summary>
    public CaseNeed? Needs { get; init; }
}

/// <summary>A call that the model must make.</summary>
/// <param name="Name">The name of the tool.</param>
/// <param name="Arguments">The arguments that matter; the call can have others. See <see cref="ArgumentMatcher"/>.</param>
internal sealed record ExpectedCall(string Name, JsonObject? Arguments = null);

/// <summary>A person's answer to the server's question.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseConfirmation>))]
internal enum CaseConfirmation
{
    /// <summary>The call is made.</summary>
    [JsonStringEnumMemberName("accept")]
    Accept,

    /// <summary>The call is not made.</summary>
    [JsonStringEnumMemberName("decline")]
    Decline,
}

/// <summary>What a case needs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseNeed>))]
internal enum CaseNeed
{
    /// <summary>A real model: the rules of the scripted one do not understand the prompt.</summary>
    [JsonStringEnumMemberName("model")]
    Model,
}
