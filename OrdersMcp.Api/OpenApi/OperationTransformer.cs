using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrdersMcp.Api.OpenApi;

/// <summary>Says of the operations what the framework leaves out.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<McpExtension>().LastOrDefault() is { } mcp)
        {
            var extension = new JsonObject { ["scopes"] = new JsonArray(mcp.Scope) };
            if (mcp.Confirm)
            {
                extension["confirm"] = true;
                extension["annotations"] = new JsonObject { ["destructiveHint"] = true };
            }

            operation.AddExtension("x-mcp", new JsonNodeExtension(extension));
        }

        return Task.CompletedTask;
    }
}
