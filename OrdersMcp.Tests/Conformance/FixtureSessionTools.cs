using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.Tests.Conformance;

/// <summary>The suite's tools that ask the client for input in a session of the handshake era.</summary>
[McpServerToolType]
internal sealed class FixtureSessionTools
{
    private const string Key = "input";

    [McpServerTool(Name = "test_sampling"), Description("The suite's fixture test_sampling")]
    public static string Sampling(RequestContext<CallToolRequestParams> context, string prompt) =>
        Answered(context, InputRequest.ForSampling(new CreateMessageRequestParams
        {
            Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
            MaxTokens = 100,
        }));

    [McpServerTool(Name = "test_elicitation"), Description("The suite's fixture test_elicitation")]
    public static string Elicitation(RequestContext<CallToolRequestParams> context, string message) =>
        Answered(context, Form(message, new()
        {
            ["username"] = new ElicitRequestParams.StringSchema { Description = "User's response" },
            ["email"] = new ElicitRequestParams.StringSchema { Description = "User's email address" },
        }));

    [McpServerTool(Name = "test_elicitation_sep1034_defaults"), Description("The suite's fixture test_elicitation_sep1034_defaults")]
    public static string Defaults(RequestContext<CallToolRequestParams> context) =>
        Answered(context, Form("Every kind of default", new()
        {
            ["name"] = new ElicitRequestParams.StringSchema { Default = "John Doe" },
            ["age"] = new ElicitRequestParams.NumberSchema { Type = "integer", Default = 30 },
            ["score"] = new ElicitRequestParams.NumberSchema { Default = 95.5 },
            ["status"] = new ElicitRequestParams.UntitledSingleSelectEnumSchema
            {
                Enum = ["active", "inactive", "pending"],
                Default = "active",
            },
            ["verified"] = new ElicitRequestParams.BooleanSchema { Default = true },
        }));

    [McpServerTool(Name = "test_elicitation_sep1330_enums"), Description("The suite's fixture test_elicitation_sep1330_enums")]
    public static string Enums(RequestContext<CallToolRequestParams> context) =>
        Answered(context, Form("Every kind of choice", new()
        {
            ["untitledSingle"] = new ElicitRequestParams.UntitledSingleSelectEnumSchema { Enum = ["option1", "option2"] },
            ["titledSingle"] = new ElicitRequestParams.TitledSingleSelectEnumSchema { OneOf = Titled },
#pragma warning disable MCP9001 // the suite asks for the form that the schema keeps for earlier revisions
            ["legacyEnum"] = new ElicitRequestParams.LegacyTitledEnumSchema
            {
                Enum = ["opt1", "opt2"],
                EnumNames = ["Option one", "Option two"],
            },
#pragma warning restore MCP9001
            ["untitledMulti"] = new ElicitRequestParams.UntitledMultiSelectEnumSchema
            {
                Items = new ElicitRequestParams.UntitledEnumItemsSchema { Enum = ["option1", "option2"] },
            },
            ["titledMulti"] = new ElicitRequestParams.TitledMultiSelectEnumSchema
            {
                Items = new ElicitRequestParams.TitledEnumItemsSchema { AnyOf = Titled },
            },
        }));

    private static IList<ElicitRequestParams.EnumSchemaOption> Titled =>
    [
        new() { Const = "value1", Title = "First" },
        new() { Const = "value2", Title = "Second" },
    ];

    private static InputRequest Form(
        string message, Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition> fields) =>
        InputRequest.ForElicitation(new ElicitRequestParams
        {
            Message = message,
            RequestedSchema = new ElicitRequestParams.RequestSchema { Properties = fields },
        });

    private static string Answered(RequestContext<CallToolRequestParams> context, InputRequest request) =>
        context.Params.InputResponses?.TryGetValue(Key, out var response) is true
            ? $"Answered: {response.RawValue}"
            : throw new InputRequiredException(new Dictionary<string, InputRequest> { [Key] = request }, requestState: null);
}
