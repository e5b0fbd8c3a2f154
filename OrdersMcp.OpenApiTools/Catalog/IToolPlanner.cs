using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Arguments;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Plans how another part of the server handles the calls of a tool, such as their confirmation.</summary>
internal interface IToolPlanner
{
    /// <summary>The plan, or null if the tool needs none. It may add an argument to the input.</summary>
    object? Plan(ToolDraft draft);
}

/// <summary>A tool under construction.</summary>
/// <param name="Options">The settings of its API.</param>
/// <param name="Document">The document with its operation.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Name">The name of the tool.</param>
/// <param name="Title">Its title.</param>
/// <param name="Input">Its arguments.</param>
/// <param name="Related">The operations that its operation may refer to.</param>
/// <param name="Warn">Receives warnings about the document.</param>
internal sealed record ToolDraft(
    ApiOptions Options, ApiDocument Document, ApiOperation Operation, string Name, string Title, ToolInput Input, RelatedOperations Related,
    Action<string> Warn);
