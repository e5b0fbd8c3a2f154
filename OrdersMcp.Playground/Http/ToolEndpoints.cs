using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Http;

/// <summary>A tool, as a caller sees it.</summary>
/// <param name="Name">The name in calls.</param>
/// <param name="Title">The name for people.</param>
/// <param name="Description">What it does.</param>
/// <param name="InputSchema">The JSON Schema of the arguments.</param>
/// <param name="OutputSchema">The JSON Schema of the structured result, if there is one.</param>
/// <param name="ReadOnly">Whether it changes nothing.</param>
/// <param name="Destructive">Whether a change cannot be undone.</param>
internal sealed record ToolDescription(
    string Name, string? Title, string? Description, JsonElement InputSchema, JsonElement? OutputSchema, bool ReadOnly, bool Destructive);

/// <summary>The tools of a caller.</summary>
internal sealed record ToolList(IReadOnlyList<ToolDescription> Tools);

/// <summary>The tools for programs that speak no MCP.</summary>
internal static class ToolEndpoints
{
    public static void MapTools(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("").WithTags("Tools");
        group.MapGet("/tools", ListAsync)
            .WithName("listTools")
            .WithSummary("Lists the tools that a caller may use")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status504GatewayTimeout);
        group.MapPost("/tools/execute", ExecuteAsync)
            .WithName("executeTool")
            .WithSummary("Calls a tool")
            .WithDescription("A tool's own error is a result with isError. A call that a person must confirm is answered with 409 and a question: "
                + "repeat it with confirmation.")
            .ProducesCallProblems();
        group.MapPost("/mcp/{tool}", CallAsync)
            .WithName("callTool")
            .WithSummary("Calls a tool; the body has its arguments")
            .WithDescription("Like executeTool, for calls that need no confirmation.")
            .ProducesCallProblems();
    }

    /// <summary>Describes the problems of a call.</summary>
    public static RouteHandlerBuilder ProducesCallProblems(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status504GatewayTimeout);

    private static async Task<Results<Ok<ToolList>, ProblemHttpResult>> ListAsync(
        ToolCaller tools, CancellationToken cancellationToken, string? caller = null)
    {
        var (list, problem) = await tools.UseAsync<ToolList>(caller, async (server, limited) => (await ReadAsync(server, limited), null), cancellationToken);
        return list is null ? TypedResults.Problem(problem!) : TypedResults.Ok(list);
    }

    private static async Task<ToolList> ReadAsync(ToolServer server, CancellationToken cancellationToken) =>
        new([.. (await server.ListToolsAsync(cancellationToken)).Select(tool => tool.ProtocolTool).Select(tool => new ToolDescription(
            tool.Name,
            tool.Annotations?.Title ?? tool.Title,
            tool.Description,
            tool.InputSchema,
            tool.OutputSchema,
            tool.Annotations?.ReadOnlyHint ?? false,
            tool.Annotations?.DestructiveHint ?? true))]);

    private static async Task<Results<Ok<ToolCallReply>, ProblemHttpResult>> ExecuteAsync(
        ToolCallRequest request, ToolCaller tools, CancellationToken cancellationToken)
    {
        var (reply, problem) = await tools.CallAsync(request, cancellationToken);
        return reply is null ? TypedResults.Problem(problem!) : TypedResults.Ok(reply);
    }

    private static Task<Results<Ok<ToolCallReply>, ProblemHttpResult>> CallAsync(
        string tool, JsonObject arguments, ToolCaller tools, CancellationToken cancellationToken, string? caller = null) =>
        ExecuteAsync(new ToolCallRequest(tool, arguments, caller), tools, cancellationToken);
}
