using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace OrdersMcp.Tests.Conformance;

/// <summary>The suite's tools and prompt that ask the client for input (MCP 2026-07-28, multi-round-trip requests).</summary>
[McpServerToolType]
[McpServerPromptType]
internal sealed class FixtureInputTools
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static readonly InputRequest Roots = InputRequest.ForRootsList(new ListRootsRequestParams());

    [McpServerTool(Name = "test_input_required_result_elicitation"), Description("The suite's fixture test_input_required_result_elicitation")]
    public static string Elicitation(RequestContext<CallToolRequestParams> context) => Greet(context.Params.InputResponses);

    [McpServerTool(Name = "test_incomplete_result_elicitation"), Description("The suite's fixture test_incomplete_result_elicitation")]
    public static string ElicitationAgain(RequestContext<CallToolRequestParams> context) => Greet(context.Params.InputResponses);

    [McpServerTool(Name = "test_input_required_result_sampling"), Description("The suite's fixture test_input_required_result_sampling")]
    public static string Sampling(RequestContext<CallToolRequestParams> context) =>
        Response(context.Params.InputResponses, "capital_question") is { } response
            ? $"Sampled: {response.Deserialize(InputResponse.CreateMessageResultJsonTypeInfo)?.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text}"
            : throw Ask(("capital_question", Sample("What is the capital of France?")));

    [McpServerTool(Name = "test_input_required_result_list_roots"), Description("The suite's fixture test_input_required_result_list_roots")]
    public static string ListRoots(RequestContext<CallToolRequestParams> context) =>
        Response(context.Params.InputResponses, "client_roots") is { } response
            ? $"Roots: {response.Deserialize(InputResponse.ListRootsResultJsonTypeInfo)?.Roots.Count}"
            : throw Ask(("client_roots", Roots));

    [McpServerTool(Name = "test_input_required_result_request_state"), Description("The suite's fixture test_input_required_result_request_state")]
    public static string RequestState(RequestContext<CallToolRequestParams> context) => context.Params.RequestState switch
    {
        null => throw Ask("state", ("confirm", Elicit("Please confirm", "ok", new ElicitRequestParams.BooleanSchema()))),
        "state" => "state-ok",
        _ => "state-mismatch",
    };

    [McpServerTool(Name = "test_input_required_result_multiple_inputs"), Description("The suite's fixture test_input_required_result_multiple_inputs")]
    public static string SeveralInputs(RequestContext<CallToolRequestParams> context) => context.Params.InputResponses is { Count: >= 3 }
        ? "all three came"
        : throw Ask(
            "several", ("user_name", Elicit("What is your name?", "name")), ("greeting", Sample("Generate a greeting")), ("client_roots", Roots));

    [McpServerTool(Name = "test_input_required_result_multi_round"), Description("The suite's fixture test_input_required_result_multi_round")]
    public static string SeveralRounds(RequestContext<CallToolRequestParams> context) => context.Params.RequestState switch
    {
        null => throw Ask("round-1", ("step1", Elicit("What is your name?", "name"))),
        "round-1" => throw Ask("round-2", ("step2", Elicit("What is your favorite color?", "color"))),
        _ => "done",
    };

    [McpServerTool(Name = "test_input_required_result_tampered_state"), Description("The suite's fixture test_input_required_result_tampered_state")]
    public static string SignedState(RequestContext<CallToolRequestParams> context)
    {
        const string State = "confirm";
        var signed = $"{State}.{Convert.ToHexString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(State)))}";
        return context.Params.RequestState switch
        {
            null => throw Ask(signed, ("confirm", Elicit("Please confirm", "ok", new ElicitRequestParams.BooleanSchema()))),
            { } state when state == signed => "state-ok",
            _ => throw new McpProtocolException("The request state was altered.", McpErrorCode.InvalidParams),
        };
    }

    [McpServerTool(Name = "test_input_required_result_capabilities"), Description("The suite's fixture test_input_required_result_capabilities")]
    public static string OnlyWhatTheClientCan(RequestContext<CallToolRequestParams> context)
    {
        if (context.Params.InputResponses is { Count: > 0 })
        {
            return "answered";
        }

        var can = context.JsonRpcRequest.Context?.ClientCapabilities;
        var requests = new List<(string, InputRequest)>();
        if (can?.Sampling is not null)
        {
            requests.Add(("capital_question", Sample("What is the capital of France?")));
        }

        if (can?.Elicitation is not null)
        {
            requests.Add(("user_name", Elicit("What is your name?", "name")));
        }

        if (can?.Roots is not null)
        {
            requests.Add(("client_roots", Roots));
        }

        return requests.Count == 0 ? "The client can give no input." : throw Ask([.. requests]);
    }

    [McpServerPrompt(Name = "test_input_required_result_prompt"), Description("The suite's fixture test_input_required_result_prompt")]
    public static string Prompt(RequestContext<GetPromptRequestParams> context) =>
        Response(context.Params.InputResponses, "user_context") is { } response
            ? $"Go on with {Text(response, "context")}"
            : throw Ask(("user_context", Elicit("What context should the prompt use?", "context")));

    private static string Greet(IDictionary<string, InputResponse>? responses) => Response(responses, "user_name") is { } response
        ? $"Hello, {Text(response, "name")}!"
        : throw Ask(("user_name", Elicit("What is your name?", "name")));

    private static InputResponse? Response(IDictionary<string, InputResponse>? responses, string key) =>
        responses is not null && responses.TryGetValue(key, out var response) ? response : null;

    private static string? Text(InputResponse response, string field) =>
        response.Deserialize(InputResponse.ElicitResultJsonTypeInfo)?.Content?[field].ToString();

    private static InputRequest Elicit(string message, string field, ElicitRequestParams.PrimitiveSchemaDefinition? schema = null) =>
        InputRequest.ForElicitation(new ElicitRequestParams
        {
            Message = message,
            RequestedSchema = new ElicitRequestParams.RequestSchema
            {
                Properties = { [field] = schema ?? new ElicitRequestParams.StringSchema() },
                Required = [field],
            },
        });

    private static InputRequest Sample(string prompt) => InputRequest.ForSampling(new CreateMessageRequestParams
    {
        Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
        MaxTokens = 100,
    });

    private static InputRequiredException Ask(params (string Key, InputRequest Request)[] requests) => Ask(state: null, requests);

    private static InputRequiredException Ask(string? state, params (string Key, InputRequest Request)[] requests) =>
        new(requests.ToDictionary(request => request.Key, request => request.Request), state);
}
