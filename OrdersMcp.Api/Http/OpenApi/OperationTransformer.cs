using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>Completes the operations in the document.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (OperationExtension.Of(context.Description.ActionDescriptor.EndpointMetadata) is { } extension)
        {
            operation.AddExtension("x-mcp", new JsonNodeExtension(extension));
        }

        // The framework gives every media type of a response the same schema.
        foreach (var (_, response) in operation.Responses ?? [])
        {
            if (response.Content?.TryGetValue("text/csv", out var csv) == true)
            {
                csv.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
            }
        }

        return Task.CompletedTask;
    }
}
