using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.Deployment;

/// <summary>YAML files of the repository, copied to the output of the tests.</summary>
internal static class Yaml
{
    public static JsonNode Read(params string[] path) => JsonNode.Parse(
        YamlToJson.Convert(File.ReadAllBytes(Path.Combine([AppContext.BaseDirectory, .. path]))).Span)!;
}
