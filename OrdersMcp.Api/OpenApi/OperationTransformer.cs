using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrdersMcp.Api.OpenApi.Mcp;

namespace OrdersMcp.Api.OpenApi;

/// <summary>Says of the operations what the framework leaves out.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (OperationExtension.Of(context.Description.ActionDescriptor.EndpointMetadata) is { } extension)
        {
            operation.AddExtension("x-mcp", new JsonNodeExtension(extension));
        }

        return Task.CompletedTask;
    }
}
