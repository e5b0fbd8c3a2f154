using System.Diagnostics;
using System.Text;
using OrdersMcp.Playground.Conversations;

namespace OrdersMcp.Playground.Evals;

/// <summary>Runs a case as a conversation, and answers the server's questions as the case says.</summary>
/// <param name="runner">Runs conversations.</param>
/// <param name="model">The id of the model.</param>
internal sealed class CaseRunner(ConversationRunner runner, string model)
{
    private const int MostQuestions = 5;

    /// <summary>Runs it once.</summary>
    /// <param name="each">The case.</param>
    /// <param name="caller">The id of the caller.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<CaseRun> RunAsync(EvaluationCase each, string caller, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var seen = new Transcript();
        seen.Messages.AddRange(each.Earlier);
        seen.Messages.Add(new ChatTurn(ChatTurn.User, [new TextPart(each.Prompt)]));
        ConfirmationAnswer? answer = null;
        while (true)
        {
            if (runner.Prepare(new ChatRequest([.. seen.Messages], model, caller, answer), out var problem) is not { } conversation)
            {
                seen.Failure = problem;
                break;
            }

            seen.Question = null;
            await foreach (var happened in runner.RunAsync(conversation, cancellationToken))
            {
                seen.Add(happened);
            }

            seen.AddUsage();
            if (seen.Question is not { } question)
            {
                break;
            }

            if (++seen.Questions > MostQuestions)
            {
                seen.Failure = $"the server asked more than {MostQuestions} questions";
                break;
            }

            answer = new ConfirmationAnswer(question.Id, each.Confirmation == CaseConfirmation.Accept ? "accept" : "decline", question.State);
        }

        return new CaseRun(
            seen.Text.ToString().Trim(), seen.Calls, seen.Questions, seen.Failure, seen.Tokens, Stopwatch.GetElapsedTime(begun), seen.Cost);
    }

    /// <summary>What has happened in the requests of a conversation so far.</summary>
    private sealed class Transcript
    {
        private readonly Dictionary<string, ToolCallEvent> _asked = new(StringComparer.Ordinal);
        private UsageEvent? _usage;

        public List<ChatTurn> Messages { get; } = [];

        public List<MadeCall> Calls { get; } = [];

        public StringBuilder Text { get; } = new();

        public ConfirmationEvent? Question { get; set; }

        public int Questions { get; set; }

        public string? Failure { get; set; }

        public long Tokens { get; private set; }

        public decimal? Cost { get; private set; } = 0;

        public void Add(ChatEvent happened)
        {
            switch (happened)
            {
                case TextEvent { Delta: var delta }:
                    Text.Append(delta);
                    break;
                case MessageEvent message:
                    Messages.Add(new ChatTurn(message.Role, message.Parts));
                    Text.Append('\n');
                    break;
                case ToolCallEvent call:
                    _asked[call.Id] = call;
                    break;
                case ToolResultEvent result when _asked.GetValueOrDefault(result.Id) is { } call:
                    Calls.Add(new MadeCall(call.Tool, call.Arguments, call.ReadOnly, result.IsError));
                    break;
                case ConfirmationEvent question:
                    Question = question;
                    break;
                case UsageEvent usage:
                    _usage = usage; // each has the sums of its request
                    break;
                case ErrorEvent error:
                    Failure = $"{error.Title}: {error.Detail}";
                    break;
                case DoneEvent { Reason: "limit" } limit:
                    Failure = limit.Detail;
                    break;
            }
        }

        /// <summary>Adds what the request has used, at its end.</summary>
        public void AddUsage()
        {
            Tokens += _usage is null ? 0 : _usage.InputTokens + _usage.OutputTokens;
            Cost += _usage?.Cost;
            _usage = null;
        }
    }
}
