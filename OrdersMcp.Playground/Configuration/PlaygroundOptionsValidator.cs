using Microsoft.Extensions.Options;

namespace OrdersMcp.Playground.Configuration;

/// <summary>Checks the settings at start; each problem names its setting, and none repeats a key.</summary>
internal sealed class PlaygroundOptionsValidator : IValidateOptions<PlaygroundOptions>
{
    /// <summary>The id of the model without a provider.</summary>
    public const string Scripted = "scripted";

    private const string Section = PlaygroundOptions.Section;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public ValidateOptionsResult Validate(string? name, PlaygroundOptions options)
    {
        string[] problems = [.. OfAll(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> OfAll(PlaygroundOptions options)
    {
        if (!Uri.TryCreate(options.Server, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https" or "https+http" or "http+https"))
        {
            yield return $"{Section}:Server is '{options.Server}'; it must be the address of an MCP endpoint, such as http://localhost:5090/mcp.";
        }

        if (options.DashboardUrl is { Length: > 0 } dashboard && !IsHttp(dashboard))
        {
            yield return $"{Section}:DashboardUrl is '{dashboard}', which is not an http(s) address.";
        }

        foreach (var problem in options.Models.SelectMany(model => OfModel($"{Section}:Models:{model.Key}", model.Key, model.Value)))
        {
            yield return problem;
        }

        if (options.DefaultModel is { Length: > 0 } chosen && chosen != Scripted
            && !(options.Models.TryGetValue(chosen, out var model) && model.IsConfigured))
        {
            yield return $"{Section}:DefaultModel is '{chosen}', which is not a model with a key or an endpoint.";
        }

        for (var i = 0; i < options.Callers.Count; i++)
        {
            var caller = options.Callers[i];
            if (string.IsNullOrWhiteSpace(caller.Id) || string.IsNullOrWhiteSpace(caller.Name))
            {
                yield return $"{Section}:Callers:{i} needs an Id and a Name.";
            }
            else if (options.Callers.Take(i).Any(other => other.Id == caller.Id))
            {
                yield return $"{Section}:Callers:{i}:Id is '{caller.Id}', which another caller has too.";
            }
        }

        if (options.DefaultCaller is { Length: > 0 } first && options.AllCallers.All(caller => caller.Id != first))
        {
            yield return $"{Section}:DefaultCaller is '{first}', which is not the id of a caller.";
        }

        for (var i = 0; i < options.Examples.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.Examples[i].Title) || string.IsNullOrWhiteSpace(options.Examples[i].Prompt))
            {
                yield return $"{Section}:Examples:{i} needs a Title and a Prompt.";
            }
        }

        if (options.Currency is not { Length: 3 } || !options.Currency.All(char.IsAsciiLetter))
        {
            yield return $"{Section}:Currency is '{options.Currency}'; it must be a code of three letters, such as USD (ISO 4217).";
        }

        if (options.ScriptedPause < TimeSpan.Zero || options.ScriptedPause > LongestPause)
        {
            yield return $"{Section}:ScriptedPause is {options.ScriptedPause}; it must be from zero to {LongestPause}.";
        }

        foreach (var problem in OfLimits(options.Limits))
        {
            yield return $"{Section}:Limits:{problem}";
        }
    }

    private static IEnumerable<string> OfModel(string setting, string id, ModelOptions model)
    {
        if (string.Equals(id, Scripted, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{setting} is the id of the scripted model, which has no settings.";
        }

        if (string.IsNullOrWhiteSpace(model.Model))
        {
            yield return $"{setting}:Model is missing: the name of the model in its provider's API.";
        }

        if (model.Endpoint is { Length: > 0 } endpoint && !IsHttp(endpoint))
        {
            yield return $"{setting}:Endpoint is not an http(s) address.";
        }

        if (model.InputPrice < 0 || model.OutputPrice < 0 || model.InputPrice is null != model.OutputPrice is null)
        {
            yield return $"{setting} needs both InputPrice and OutputPrice, for a million tokens, or neither.";
        }

        if (model.MaxRetries is < 0 or > 10)
        {
            yield return $"{setting}:MaxRetries is {model.MaxRetries}; it must be from 0 to 10.";
        }
    }

    private static IEnumerable<string> OfLimits(LimitOptions limits)
    {
        (string Name, decimal Value, decimal Most)[] all =
        [
            (nameof(limits.Turns), limits.Turns, 100),
            (nameof(limits.ToolCalls), limits.ToolCalls, 1_000),
            (nameof(limits.ParallelToolCalls), limits.ParallelToolCalls, 32),
            (nameof(limits.Tokens), limits.Tokens, 10_000_000),
            (nameof(limits.OutputTokens), limits.OutputTokens, 200_000),
            (nameof(limits.Seconds), limits.Seconds, 3_600),
            (nameof(limits.ResultTokens), limits.ResultTokens, 100_000),
            (nameof(limits.Messages), limits.Messages, 2_000),
            (nameof(limits.Conversations), limits.Conversations, 1_000),
            (nameof(limits.Tasks), limits.Tasks, 10_000),
            (nameof(limits.TaskMinutes), limits.TaskMinutes, 1_440),
        ];
        foreach (var (name, value, most) in all.Where(limit => limit.Value < 1 || limit.Value > limit.Most))
        {
            yield return $"{name} is {value}; it must be from 1 to {most}.";
        }

        if (limits.Cost <= 0)
        {
            yield return $"{nameof(limits.Cost)} is {limits.Cost}; it must be more than 0.";
        }
    }

    private static bool IsHttp(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");
}
