using System.Diagnostics;
using System.Text.Json.Nodes;
using OrdersMcp.AppHost.Local;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Validates schemas with the official meta-schema of JSON Schema 2020-12, a whole set in one run of Node.</summary>
internal static class MetaSchema
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Every input and output schema of the tools is valid, and a client can compile it.</summary>
    public static async Task AssertValidAsync(IEnumerable<OperationTool> tools)
    {
        var schemas = new JsonObject();
        foreach (var definition in tools.Select(tool => tool.Definition))
        {
            schemas[$"{definition.Name} in"] = JsonNode.Parse(definition.InputSchema.GetRawText());
            if (definition.OutputSchema is { } output)
            {
                schemas[$"{definition.Name} out"] = JsonNode.Parse(output.GetRawText());
            }
        }

        var (exitCode, said) = await ValidateAsync(schemas);
        Assert.True(exitCode == 0 && said.EndsWith($"{schemas.Count} schemas, 0 problems", StringComparison.Ordinal), said);
    }

    /// <summary>The exit code, 0 if all are valid, and a line for each invalid schema.</summary>
    public static async Task<(int ExitCode, string Said)> ValidateAsync(JsonObject schemas)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Tools", "json-schema", "validate.cjs");
        var start = new ProcessStartInfo(Programs.Find("node")!, [script, await InstalledTools.JsonSchemaAsync()]);
        var (exitCode, output, error) = await ProgramRun.RunAsync(start, Patience, schemas.ToJsonString());
        return (exitCode, (output + error).TrimEnd());
    }
}
