using System.ClientModel;
using Anthropic.Exceptions;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.ServiceDefaults;

namespace OrdersMcp.Playground.Models;

/// <summary>Why a model did not answer, for a person. It never contains a key.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Detail">What to do.</param>
/// <param name="Status">The status of the provider, or 502 without one.</param>
/// <param name="IsRetryable">Whether the same request can succeed later.</param>
internal sealed record ModelFailure(string Title, string Detail, int Status, bool IsRetryable)
{
    private const int Overloaded = 529;
    private const int LongestMessage = 300;

    /// <summary>An answer that ended without saying so.</summary>
    public static ModelFailure CutOff(string name) => new(
        "The answer broke off", $"The connection to {name} ended in the middle of its answer. Try again.", StatusCodes.Status502BadGateway, IsRetryable: true);

    /// <summary>The failure that an exception represents; null for any other exception.</summary>
    public static ModelFailure? Of(Exception exception, string id, string name, ModelOptions model) => exception switch
    {
        _ when IsUnreachable(exception) => new(
            "The model cannot be reached",
            $"There is no connection to {name}. Check the network and the setting Playground:Models:{id}:Endpoint.",
            StatusCodes.Status502BadGateway,
            IsRetryable: true),
        AnthropicApiException api => OfStatus((int)api.StatusCode, api.Message, id, name, model),
        ClientResultException { Status: > 0 } api => OfStatus(api.Status, api.Message, id, name, model),
        HttpRequestException or IOException or ClientResultException or AnthropicException => CutOff(name),
        AggregateException { InnerException: { } inner } => Of(inner, id, name, model),
        _ => null,
    };

    private static bool IsUnreachable(Exception exception) =>
        HttpResilience.IsUnreachable(exception) || (exception.InnerException is { } inner && IsUnreachable(inner));

    private static ModelFailure OfStatus(int status, string message, string id, string name, ModelOptions model) => status switch
    {
        // Providers repeat parts of the key in this message.
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => new(
            "The key is not accepted",
            $"The provider of {name} does not accept the key in Playground:Models:{id}:ApiKey (status {status}). Set another in user secrets or the environment.",
            status,
            IsRetryable: false),
        StatusCodes.Status404NotFound => new(
            "There is no such model",
            $"The provider does not know the model '{model.Model}'. Check Playground:Models:{id}:Model and Endpoint.",
            status,
            IsRetryable: false),
        StatusCodes.Status429TooManyRequests => new(
            "Too many requests", $"The provider of {name} limits the requests of this key. Wait a moment and try again.", status, IsRetryable: true),
        Overloaded or StatusCodes.Status503ServiceUnavailable => new(
            "The model is overloaded", $"{name} has too many requests at the moment. Try again in a while.", status, IsRetryable: true),
        >= 500 => new("The model failed", $"The provider of {name} answers with {status}. Try again.", status, IsRetryable: true),
        _ => new("The model refuses the request", $"{name} answers with {status}: {Safe(message, model)}", status, IsRetryable: false),
    };

    private static string Safe(string message, ModelOptions model)
    {
        var text = model.ApiKey is { Length: > 0 } key ? message.Replace(key, "…", StringComparison.Ordinal) : message;
        text = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return text.Length <= LongestMessage ? text : text[..LongestMessage] + "…";
    }
}
