using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.Tests.Conformance;

/// <summary>The tools that the conformance suite expects of a server; names and texts are the suite's.</summary>
[McpServerToolType]
internal sealed class FixtureTools
{
    [McpServerTool(Name = "test_simple_text"), Description("The suite's fixture test_simple_text")]
    public static string SimpleText() => "This is a simple text response for testing.";

    [McpServerTool(Name = "test_image_content"), Description("The suite's fixture test_image_content")]
    public static ImageContentBlock Image() => Samples.Image;

    [McpServerTool(Name = "test_audio_content"), Description("The suite's fixture test_audio_content")]
    public static AudioContentBlock Audio() => Samples.Audio;

    [McpServerTool(Name = "test_embedded_resource"), Description("The suite's fixture test_embedded_resource")]
    public static EmbeddedResourceBlock Resource() => new()
    {
        Resource = new TextResourceContents { Uri = "test://embedded-resource", MimeType = "text/plain", Text = "This is an embedded resource content." },
    };

    [McpServerTool(Name = "test_multiple_content_types"), Description("The suite's fixture test_multiple_content_types")]
    public static ContentBlock[] Mixed() =>
    [
        new TextContentBlock { Text = "Multiple content types test:" },
        Samples.Image,
        new EmbeddedResourceBlock
        {
            Resource = new TextResourceContents { Uri = "test://mixed-content-resource", MimeType = "application/json", Text = """{"test":"data","value":123}""" },
        },
    ];

    [McpServerTool(Name = "test_tool_with_progress"), Description("The suite's fixture test_tool_with_progress")]
    public static async Task<string> ProgressAsync(
        ModelContextProtocol.Server.McpServer server, RequestContext<CallToolRequestParams> context, CancellationToken cancellationToken)
    {
        foreach (var progress in (float[])[0, 50, 100])
        {
            if (context.Params.ProgressToken is { } token)
            {
                await server.NotifyProgressAsync(
                    token, new ProgressNotificationValue { Progress = progress, Total = 100 }, cancellationToken: cancellationToken);
            }
        }

        return "done";
    }

    [McpServerTool(Name = "test_error_handling"), Description("The suite's fixture test_error_handling")]
    public static string Fail() => throw new McpException("This tool intentionally returns an error for testing");

    [McpServerTool(Name = "test_missing_capability"), Description("The suite's fixture test_missing_capability")]
    public static string MissingCapability(RequestContext<CallToolRequestParams> context) =>
        context.Server.ClientCapabilities?.Sampling is not null
            ? "The client can sample."
            : throw new MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new() }, "This tool needs a client that can sample.");

    [McpServerTool(Name = "test_streaming_elicitation"), Description("The suite's fixture test_streaming_elicitation")]
    public static string OnlyResultFrames() => "Nothing but this result is streamed.";

    [McpServerTool(Name = "test_logging_tool"), Description("The suite's fixture test_logging_tool")]
    public static string NoLog() => "This server sends no log messages.";

    [McpServerTool(Name = "test_header_tool"), Description("The suite's fixture test_header_tool")]
    public static string Header([McpHeader("Region"), Description("The deployment region")] string region, string query) => $"{region}: {query}";

    public static McpServerTool JsonSchema202012()
    {
        var tool = McpServerTool.Create(() => "ok", new McpServerToolCreateOptions { Name = "json_schema_2020_12_tool", Description = "The suite's fixture json_schema_2020_12_tool" });
        tool.ProtocolTool.InputSchema = JsonElement.Parse("""
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "$defs": {
                "address": {
                  "$anchor": "addressDef",
                  "type": "object",
                  "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
                }
              },
              "properties": {
                "name": { "type": "string" },
                "address": { "$ref": "#/$defs/address" },
                "contactMethod": { "type": "string", "enum": ["phone", "email"] },
                "phone": { "type": "string" },
                "email": { "type": "string" }
              },
              "allOf": [ { "anyOf": [ { "required": ["phone"] }, { "required": ["email"] } ] } ],
              "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
              "then": { "required": ["phone"] },
              "else": { "required": ["email"] },
              "additionalProperties": false
            }
            """);
        return tool;
    }
}

/// <summary>Minimal image and sound files.</summary>
internal static class Samples
{
    public static ImageContentBlock Image => new()
    {
        Data = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="u8.ToArray(),
        MimeType = "image/png",
    };

    public static AudioContentBlock Audio => new()
    {
        Data = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA="u8.ToArray(),
        MimeType = "audio/wav",
    };
}
