using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.Playground.Evals;

/// <summary>The cases cannot be read; the message names the file.</summary>
internal sealed class CaseFileException(string message) : Exception(message);

/// <summary>Reads the cases of a folder: each JSON file has an array of them, as the page exports it.</summary>
internal static class CaseFiles
{
    private const int MostFiles = 200;
    private const int MostCases = 1_000;
    private const long LargestFile = 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // a misspelt member would have no effect
        RespectNullableAnnotations = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowOutOfOrderMetadataProperties = true, // type need not be the first member of a part
    };

    /// <summary>Reads all cases, in the order of the names of the files.</summary>
    /// <exception cref="CaseFileException">A file is not valid, or there is no case.</exception>
    public static async Task<IReadOnlyList<EvaluationCase>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new CaseFileException($"There is no folder {folder}.");
        }

        string[] files = [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)];
        if (files.Length is 0 or > MostFiles)
        {
            throw new CaseFileException($"{folder} has {files.Length} files with cases; it must have from 1 to {MostFiles}.");
        }

        var cases = new List<EvaluationCase>();
        foreach (var file in files)
        {
            cases.AddRange(Named(await ReadFileAsync(file, cancellationToken), Path.GetFileNameWithoutExtension(file)));
        }

        if (cases.Count is 0 or > MostCases)
        {
            throw new CaseFileException($"{folder} has {cases.Count} cases; it must have from 1 to {MostCases}.");
        }

        return cases.GroupBy(each => each.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new CaseFileException($"{folder} has two cases with the name '{twice.Key}'.")
            : cases;
    }

    private static async Task<EvaluationCase[]> ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        EvaluationCase[]? cases;
        try
        {
            await using var content = File.OpenRead(file);
            if (content.Length > LargestFile)
            {
                throw new CaseFileException($"{file} is larger than {LargestFile} bytes.");
            }

            cases = await JsonSerializer.DeserializeAsync<EvaluationCase[]>(content, Json, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CaseFileException($"{file}: {exception.Message}");
        }

        foreach (var (index, each) in (cases ?? []).Index())
        {
            if (ProblemOf(each) is { } problem)
            {
                throw new CaseFileException($"{file}: case {index + 1}: {problem}");
            }
        }

        return cases ?? [];
    }

    private static IEnumerable<EvaluationCase> Named(EvaluationCase[] cases, string file) => cases.Select((each, index) =>
        each.Name.Length > 0 ? each : each with { Name = cases.Length == 1 ? file : $"{file}-{index + 1}" });

    private static string? ProblemOf(EvaluationCase? each) => each switch
    {
        null => "it is null.",
        { Prompt: var prompt } when string.IsNullOrWhiteSpace(prompt) => "prompt is empty.",
        { ToolCalls: var calls } when calls.Any(call => string.IsNullOrWhiteSpace(call.Name)) => "a tool call has no name.",
        { ToolCalls: var calls } => calls.Select(call => ArgumentMatcher.ProblemOf(call.Arguments)).FirstOrDefault(problem => problem is not null),
    };
}
