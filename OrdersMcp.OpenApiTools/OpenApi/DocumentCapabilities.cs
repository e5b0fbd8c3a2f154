using System.Text.Json;
using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>
/// The extension <c>x-mcp</c> at the root of a document: what MCP shows of the API besides its operations.
/// </summary>
internal sealed partial record DocumentCapabilities
{
    private const int MaxPrompts = 100;
    private const int MaxArguments = 20;
    private const int LongestText = 16 * 1024;
    private const int LongestGuide = 64 * 1024;
    private const int MaxTemplates = 20;
    private const int MaxEnumValues = 200;

    /// <summary>How a model should work with the tools.</summary>
    public string? Instructions { get; init; }

    /// <summary>The guide, in Markdown.</summary>
    public string? Guide { get; init; }

    public IReadOnlyList<PromptDescription> Prompts { get; init; } = [];

    public ChangesDescription? Changes { get; init; }

    public IReadOnlyList<AppDescription> Apps { get; init; } = [];

    /// <summary>
    /// Reads the extension. A part that cannot be used is omitted, and <paramref name="warn"/> receives the reason.
    /// </summary>
    public static DocumentCapabilities Read(JsonElement extension, Action<string> warn) => new()
    {
        Instructions = Bounded("instructions", extension.Text("instructions"), LongestText, warn),
        Guide = Bounded("guide", extension.Text("guide"), LongestGuide, warn),
        Prompts = ReadPrompts(extension.Member("prompts"), warn),
        Changes = ReadChanges(extension.Member("changes"), warn),
        Apps = AppDescription.ReadAll(extension, warn),
    };

    private static string? Bounded(string member, string? text, int longest, Action<string> warn)
    {
        if (text?.Length > longest)
        {
            warn($"{member} has {text.Length} characters; it is cut to {longest}.");
            return BoundedText.Of(text, longest);
        }

        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private static List<PromptDescription> ReadPrompts(JsonElement prompts, Action<string> warn)
    {
        var read = new List<PromptDescription>();
        foreach (var (prompt, i) in prompts.Items().Select((prompt, i) => (prompt, i)))
        {
            if (i == MaxPrompts)
            {
                warn($"prompts has more than {MaxPrompts}; the others are left out.");
                break;
            }

            if (ReadPrompt(prompt, out var problem) is { } description && !read.Exists(other => other.Name == description.Name))
            {
                read.Add(description);
            }
            else
            {
                warn($"prompts[{i}]{(prompt.Text("name") is { } name ? $" ({BoundedText.Of(name, 60)})" : "")} is not a prompt: {problem ?? "another one has its name."}");
            }
        }

        return read;
    }

    /// <summary>The prompt; null if it is invalid, with the <paramref name="problem"/>.</summary>
    private static PromptDescription? ReadPrompt(JsonElement prompt, out string? problem)
    {
        var name = prompt.Text("name");
        var text = prompt.Text("text");
        var arguments = prompt.Member("arguments").Items().Select(ReadArgument).ToArray();
        var names = arguments.Select(argument => argument.Name).ToArray();
        problem = name is null || !Names().IsMatch(name) ? "its name must be 1 to 60 letters, digits and _ - ."
            : string.IsNullOrWhiteSpace(text) || text.Length > LongestText ? $"it needs a text, of at most {LongestText} characters."
            : arguments.Select(ProblemOf).FirstOrDefault(each => each is not null) is { } ofArgument ? ofArgument
            : arguments.Length > MaxArguments ? $"it has more than {MaxArguments} arguments."
            : names.FirstOrDefault(each => names.Count(other => other == each) > 1) is { } doubled ? $"it has the argument '{doubled}' twice."
            : PathTemplate.NamesIn(text).FirstOrDefault(used => !names.Contains(used, StringComparer.Ordinal)) is { } unknown
                ? $"its text has '{{{unknown}}}', which is none of its arguments."
            : null;
        return problem is null
            ? new PromptDescription(name!, prompt.Text("title"), prompt.Text("description"), arguments, text!)
            : null;
    }

    private static PromptArgumentDescription ReadArgument(JsonElement argument) => new(
        argument.Text("name") ?? "", argument.Text("title"), argument.Text("description"), argument.Flag("required") ?? false,
        [.. argument.Member("enum").Texts().Take(MaxEnumValues + 1)], argument.Member("complete").Text("operation"));

    private static string? ProblemOf(PromptArgumentDescription argument) =>
        !Names().IsMatch(argument.Name) ? "an argument's name must be 1 to 60 letters, digits and _ - ."
        : argument.Values.Count > MaxEnumValues ? $"its argument '{argument.Name}' has more than {MaxEnumValues} values."
        : null;

    private static ChangesDescription? ReadChanges(JsonElement changes, Action<string> warn)
    {
        if (changes.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var path = changes.Text("path");
        string[] resources = [.. changes.Member("resources").Texts().Take(MaxTemplates)];
        if (path is null || !path.StartsWith('/') || path.Contains('{', StringComparison.Ordinal) || resources.Length == 0)
        {
            warn("changes needs a path that begins with a slash, and the resources of its events; clients are not notified of changes.");
            return null;
        }

        return new ChangesDescription(path, resources, changes.Flag("document") ?? false);
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,60}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Names();
}

/// <summary>A prompt: one message of the user, with placeholders for arguments.</summary>
internal sealed record PromptDescription(
    string Name, string? Title, string? Description, IReadOnlyList<PromptArgumentDescription> Arguments, string Text);

/// <summary>
/// An argument of a prompt. Its values are the listed values, the values that an operation completes, or any values.
/// </summary>
internal sealed record PromptArgumentDescription(
    string Name, string? Title, string? Description, bool Required, IReadOnlyList<string> Values, string? CompleteOperation);

/// <summary>The stream of server-sent events about changes.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Resources">The URI templates that the members of an event fill.</param>
/// <param name="OfDocument">Whether its events also tell of another document.</param>
internal sealed record ChangesDescription(string Path, IReadOnlyList<string> Resources, bool OfDocument);

/// <summary>The extension <c>x-mcp.resource</c>: the operation's answer is also a resource.</summary>
/// <param name="Uri">The URI, with the parameters of the path by name.</param>
/// <param name="CompleteOperations">The operation that completes a parameter, by the parameter's name.</param>
internal sealed record ResourceDescription(string Uri, IReadOnlyDictionary<string, string> CompleteOperations)
{
    public static ResourceDescription? Read(JsonElement resource) => resource.Text("uri") is { } uri
        ? new ResourceDescription(
            uri,
            resource.Member("complete").Members()
                .Where(parameter => parameter.Value.Text("operation") is not null)
                .DistinctBy(parameter => parameter.Name)
                .ToDictionary(parameter => parameter.Name, parameter => parameter.Value.Text("operation")!, StringComparer.Ordinal))
        : null;
}
