using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OrdersMcp.Playground.Configuration;

namespace OrdersMcp.Playground.Models;

/// <summary>A model did not answer.</summary>
/// <remarks>
/// The message becomes the status of a span, so it is the title: the detail of a 4xx repeats what the provider said, which can
/// quote the prompt.
/// </remarks>
internal sealed class ModelFailedException(ModelFailure failure) : Exception(failure.Title)
{
    /// <summary>The reason for a person.</summary>
    public ModelFailure Failure => failure;
}

/// <summary>
/// Replaces the exceptions of the providers' clients before telemetry and logs see them: their messages contain what the
/// provider answered, which can be parts of the key or of the prompt.
/// </summary>
internal sealed class ModelFailures(IChatClient inner, ModelOptions options, string id) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.GetResponseAsync(messages, options, cancellationToken);
        }
        catch (Exception exception) when (Failure(exception, cancellationToken) is { } failure)
        {
            throw new ModelFailedException(failure);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isFinished = false;
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync())
                {
                    break;
                }
            }
            catch (Exception exception) when (Failure(exception, cancellationToken) is { } failure)
            {
                throw new ModelFailedException(failure);
            }

            isFinished |= updates.Current.FinishReason is not null;
            yield return updates.Current;
        }

        if (!isFinished)
        {
            throw new ModelFailedException(ModelFailure.CutOff(Name)); // the stream ended without a reason
        }
    }

    private string Name => options.Name ?? options.Model;

    private ModelFailure? Failure(Exception exception, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? null : ModelFailure.Of(exception, id, Name, options);
}
