using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace OrdersMcp.Api.Http.OpenApi;

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

        // The framework gives every media type of an answer the schema of its type.
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
