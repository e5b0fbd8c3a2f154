using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Text;
using Suggestions = ModelContextProtocol.Protocol.Completion;

namespace OrdersMcp.OpenApiTools.Completion;

/// <summary>
/// Answers <c>completion/complete</c> for the arguments of prompts and the variables of resources. If an API fails or is
/// slow, there are no suggestions, and the person keeps typing.
/// </summary>
internal sealed partial class Completer(ToolCatalog catalog, TimeProvider time, ILogger<Completer> logger)
{
    private const int MaxValues = 100; // MCP, server/utilities/completion
    private const int LongestValue = 1000;
    private const int MostBytes = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <exception cref="McpProtocolException">There is no such prompt, template or argument.</exception>
    public async ValueTask<CompleteResult> CompleteAsync(CompleteRequestParams request, Caller caller, CancellationToken cancellationToken)
    {
        var capabilities = (await catalog.GetAsync(cancellationToken)).Capabilities;
        var typed = request.Argument?.Value ?? "";
        return new CompleteResult
        {
            Completion = SourceOf(capabilities, request) is not { } source || typed.Length > LongestValue ? Nothing()
                : source.Operation is null ? Choose(source.Values, typed)
                : await AskAsync(source, typed, request.Context?.Arguments, caller, cancellationToken),
        };
    }

    private static Suggestions Nothing() => new() { Values = [], Total = 0, HasMore = false };

    /// <summary>The source of values, or null if any value is allowed.</summary>
    private static CompletionSource? SourceOf(CatalogCapabilities capabilities, CompleteRequestParams request)
    {
        var name = request.Argument?.Name ?? "";
        switch (request.Ref)
        {
            case PromptReference reference when capabilities.PromptsByName.TryGetValue(reference.Name ?? "", out var prompt):
                return prompt.Description.Arguments.Any(argument => argument.Name == name)
                    ? prompt.Completions.GetValueOrDefault(name)
                    : throw Wrong($"The prompt '{reference.Name}' has no argument '{BoundedText.Of(name, 60)}'. prompts/list names its arguments.");
            case PromptReference reference:
                throw Wrong($"There is no prompt '{BoundedText.Of(reference.Name ?? "", 60)}'. prompts/list names all prompts.");
            case ResourceTemplateReference reference:
                var template = capabilities.OperationResources.FirstOrDefault(template => template.Uri.Text == reference.Uri)
                    ?? throw Wrong($"There is no resource template '{BoundedText.Of(reference.Uri ?? "", 100)}'. resources/templates/list names all templates.");
                return template.Uri.Variables.Contains(name, StringComparer.Ordinal)
                    ? template.Completions.GetValueOrDefault(name)
                    : throw Wrong($"The resource template '{reference.Uri}' has no variable '{BoundedText.Of(name, 60)}'.");
            default:
                throw Wrong("ref must be a ref/prompt or a ref/resource.");
        }
    }

    private static McpProtocolException Wrong(string message) => new(message, McpErrorCode.InvalidParams);

    /// <summary>Values that start with the text come before those that contain it.</summary>
    private static Suggestions Choose(IReadOnlyList<string> values, string typed)
    {
        string[] fitting =
        [
            .. values.Where(value => value.Contains(typed, StringComparison.OrdinalIgnoreCase))
                .OrderBy(value => value.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 0 : 1),
        ];
        return new() { Values = [.. fitting.Take(MaxValues)], Total = fitting.Length, HasMore = fitting.Length > MaxValues };
    }

    private async ValueTask<Suggestions> AskAsync(
        CompletionSource source, string typed, IDictionary<string, string>? known, Caller caller, CancellationToken cancellationToken)
    {
        var operation = source.Operation!;
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            [CompletionSource.PrefixArgument] = JsonSerializer.SerializeToElement(typed),
        };
        var properties = operation.Definition.InputSchema.Member("properties");
        foreach (var (name, value) in known ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            // Earlier arguments narrow the choice if the operation accepts them.
            if (properties.Member(name).ValueKind != JsonValueKind.Undefined && value is { Length: <= LongestValue })
            {
                arguments.TryAdd(name, JsonSerializer.SerializeToElement(value));
            }
        }

        using var limited = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellationToken);
        try
        {
            var answer = await operation.FetchAsync(arguments, caller, MostBytes, both.Token);
            if (answer.Error is null)
            {
                return Read(answer.Body);
            }

            LogNothing(operation.Definition.Name, answer.IsRefused ? "does not accept the typed text" : "failed");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogNothing(operation.Definition.Name, "took too long");
        }
        catch (JsonException)
        {
            LogNothing(operation.Definition.Name, "did not answer with JSON");
        }

        return Nothing();
    }

    private static Suggestions Read(ReadOnlyMemory<byte> body)
    {
        var json = JsonElement.Parse(body.Span);
        string[] all = [.. json.Member("values").Texts().Where(value => value.Length <= LongestValue).Take(MaxValues + 1)];
        string[] values = [.. all.Take(MaxValues)];
        var total = json.Member("total") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var count)
            ? Math.Max(count, values.Length)
            : (int?)null;
        return new()
        {
            Values = values,
            Total = total,
            HasMore = json.Flag("hasMore") ?? (total > values.Length || all.Length > values.Length),
        };
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "No completions: the operation {Operation} {Problem}")]
    private partial void LogNothing(string operation, string problem);
}
