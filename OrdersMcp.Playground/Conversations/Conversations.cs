using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Conversations;

/// <summary>A request that can be answered.</summary>
/// <param name="Request">The request.</param>
/// <param name="Model">Its model.</param>
/// <param name="Caller">Its caller.</param>
/// <param name="DashboardUrl">The address of the dashboard, if it is known.</param>
internal sealed record Conversation(ChatRequest Request, PlaygroundModel Model, CallerOptions Caller, string? DashboardUrl)
{
    /// <summary>The address of a trace on the dashboard.</summary>
    public string? TraceUrl(string trace) =>
        string.IsNullOrEmpty(DashboardUrl) ? null : $"{DashboardUrl.TrimEnd('/')}/traces/detail/{trace}";
}

/// <summary>Checks requests, and runs them.</summary>
internal sealed class ConversationRunner(ModelCatalog models, ToolServers servers, ConversationLoop loop, IOptions<PlaygroundOptions> options)
{
    /// <summary>The most events that a slow reader can be behind.</summary>
    private const int MostWaiting = 256;

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="problem">Why it cannot be answered.</param>
    public Conversation? Prepare(ChatRequest request, out string problem)
    {
        problem = "";
        if (models.Find(request.Model) is not { } model)
        {
            problem = $"There is no model '{request.Model}'. The models are {string.Join(", ", models.All.Select(each => each.Id))}.";
        }
        else if (servers.Find(request.Caller) is not { } caller)
        {
            problem = $"There is no caller '{request.Caller}'. The callers are {string.Join(", ", options.Value.AllCallers.Select(each => each.Id))}.";
        }
        else if (History.ProblemOf(request, options.Value.Limits) is { } wrong)
        {
            problem = wrong;
        }
        else
        {
            return new Conversation(request, model, caller, options.Value.DashboardUrl);
        }

        return null;
    }

    /// <summary>Runs a request. It ends when it is done, or when the reader stops reading.</summary>
    public async IAsyncEnumerable<ChatEvent> RunAsync(Conversation conversation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ChatEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = RunToEndAsync(conversation, channel.Writer, stopping.Token);
        try
        {
            await foreach (var each in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return each;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await running;
        }
    }

    private async Task RunToEndAsync(Conversation conversation, ChannelWriter<ChatEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await loop.RunAsync(conversation, events, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The person stopped it, and nobody reads any more.
        }
        finally
        {
            events.Complete();
        }
    }
}
