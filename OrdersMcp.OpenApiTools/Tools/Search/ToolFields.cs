using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>The searchable words of a tool, in fields with different weights.</summary>
internal static class ToolFields
{
    private const int MostArguments = 200;
    private const int MostValues = 20;

    /// <summary>The weight of a word in a field, and from 0 to 1 how much a long field reduces it.</summary>
    public static readonly (float Weight, float Normalization)[] Weights =
    [
        (3, 0.5f), // name
        (3, 0.5f), // title
        (0.8f, 0.75f), // description
        (1.5f, 0.5f), // path
        (1, 0.3f), // tags
        (0.5f, 0.75f), // names of arguments, and their enum values
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

    /// <summary>
    /// Adjacent words of the name. Requests may write them as one word, such as configmap for config map.
    /// </summary>
    public static IEnumerable<(string First, string Second)> Pairs(List<string>[] fields) => fields[0].Zip(fields[0].Skip(1));

    /// <summary>The distinct words of name and title.</summary>
    public static IEnumerable<string> Core(List<string>[] fields) => fields[0].Union(fields[1], StringComparer.Ordinal);

    /// <summary>A shortened name may lack words of the operation's id.</summary>
    private static List<string> Name(string name, string operation) => operation == name || operation.Contains(' ', StringComparison.Ordinal)
        ? Words.Of(name)
        : [.. Words.Of(operation).Union(Words.Of(name), StringComparer.Ordinal)];

    private static IEnumerable<string> Values(JsonElement argument) => argument.Member("enum").Texts().Take(MostValues).SelectMany(Words.Of);
}
