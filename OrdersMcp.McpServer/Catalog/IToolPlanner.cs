using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.OpenApi;
using OrdersMcp.McpServer.Operations;
using OrdersMcp.McpServer.Operations.Arguments;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Plans for a tool what another part of the server does with its calls, such as having them confirmed.</summary>
internal interface IToolPlanner
{
    /// <summary>The plan, or null where the tool needs none. The input may get an argument that the plan needs.</summary>
    object? Plan(ToolDraft draft);
}

/// <summary>A tool that is being made.</summary>
/// <param name="Options">The settings of its API.</param>
/// <param name="Document">The document that has its operation.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Name">The name of the tool.</param>
/// <param name="Title">Its title.</param>
/// <param name="Input">Its arguments.</param>
/// <param name="Related">The operations that its operation may name.</param>
/// <param name="Warn">Receives warnings about the document.</param>
internal sealed record ToolDraft(
    ApiOptions Options, ApiDocument Document, ApiOperation Operation, string Name, string Title, ToolInput Input, RelatedOperations Related,
    Action<string> Warn);
