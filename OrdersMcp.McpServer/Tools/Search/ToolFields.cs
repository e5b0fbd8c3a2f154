using System.Text.Json;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations;

namespace OrdersMcp.McpServer.Tools.Search;

/// <summary>The words of a tool that it is found by, in fields that weigh differently.</summary>
internal static class ToolFields
{
    private const int MostArguments = 200;
    private const int MostValues = 20;

    /// <summary>What a word of a field weighs, and from 0 to 1 how much less in a long field.</summary>
    public static readonly (float Weight, float Normalization)[] Weights =
    [
        (3, 0.5f), // name
        (3, 0.5f), // title
        (0.8f, 0.75f), // description
        (1.5f, 0.5f), // path
        (1, 0.3f), // tags
        (0.5f, 0.75f), // names of arguments, and their values where they are listed
    ];

    public static List<string>[] Of(OperationTool tool)
    {
        var (definition, metadata) = (tool.Definition, tool.Metadata);
        return
        [
            Name(definition.Name, metadata.Operation),
            Words.Of(definition.Title ?? ""),
            Words.Of(definition.Description ?? ""),
            Words.Of(metadata.Path),
            [.. metadata.Tags.SelectMany(Words.Of)],
            [.. definition.InputSchema.Member("properties").Members().Take(MostArguments).SelectMany(argument => Words.Of(argument.Name).Concat(Values(argument.Value)))],
        ];
    }

    /// <summary>The words that stand beside each other in the name; people write them as one, such as config map.</summary>
    public static IEnumerable<(string First, string Second)> Pairs(List<string>[] fields) => fields[0].Zip(fields[0].Skip(1));

    /// <summary>The words of name and title, once each.</summary>
    public static IEnumerable<string> Core(List<string>[] fields) => fields[0].Union(fields[1], StringComparer.Ordinal);

    /// <summary>A shortened name has lost words that the id of the operation has.</summary>
    private static List<string> Name(string name, string operation) => operation == name || operation.Contains(' ', StringComparison.Ordinal)
        ? Words.Of(name)
        : [.. Words.Of(operation).Union(Words.Of(name), StringComparer.Ordinal)];

    private static IEnumerable<string> Values(JsonElement argument) => argument.Member("enum").Texts().Take(MostValues).SelectMany(Words.Of);
}
