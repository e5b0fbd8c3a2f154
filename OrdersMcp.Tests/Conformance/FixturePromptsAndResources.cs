using System.ComponentModel;
using System.Text;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.Tests.Conformance;

/// <summary>The prompts and resources that the conformance suite expects; names and texts are the suite's.</summary>
[McpServerPromptType]
[McpServerResourceType]
internal sealed class FixturePromptsAndResources
{
    [McpServerPrompt(Name = "test_simple_prompt"), Description("The suite's fixture test_simple_prompt")]
    public static string Simple() => "This is a simple prompt without arguments";

    [McpServerPrompt(Name = "test_prompt_with_arguments"), Description("The suite's fixture test_prompt_with_arguments")]
    public static string WithArguments(string arg1, string arg2) => $"Prompt with arguments: arg1={arg1}, arg2={arg2}";

    [McpServerPrompt(Name = "test_prompt_with_embedded_resource"), Description("The suite's fixture test_prompt_with_embedded_resource")]
    public static IEnumerable<PromptMessage> WithResource(string resourceUri) =>
    [
        new()
        {
            Role = Role.User,
            Content = new EmbeddedResourceBlock
            {
                Resource = new TextResourceContents { Uri = resourceUri, MimeType = "text/plain", Text = "Embedded resource content for testing." },
            },
        },
        new() { Role = Role.User, Content = new TextContentBlock { Text = "Please process the embedded resource above." } },
    ];

    [McpServerPrompt(Name = "test_prompt_with_image"), Description("The suite's fixture test_prompt_with_image")]
    public static IEnumerable<PromptMessage> WithImage() =>
    [
        new() { Role = Role.User, Content = Samples.Image },
        new() { Role = Role.User, Content = new TextContentBlock { Text = "Please analyze the image above." } },
    ];

    [McpServerResource(UriTemplate = "test://static-text", MimeType = "text/plain")]
    public static string StaticText() => "This is the content of the static text resource.";

    [McpServerResource(UriTemplate = "test://static-binary", MimeType = "image/png")]
    public static BlobResourceContents StaticBinary() =>
        new() { Uri = "test://static-binary", MimeType = "image/png", Blob = Samples.Image.Data };

    [McpServerResource(UriTemplate = "test://template/{id}/data", MimeType = "application/json")]
    public static TextResourceContents Template(string id) => new()
    {
        Uri = $"test://template/{id}/data",
        MimeType = "application/json",
        Text = new StringBuilder("""{"id":""").Append('"').Append(id).Append("\",\"templateTest\":true,\"data\":\"Data for ID: ").Append(id).Append("\"}").ToString(),
    };
}
