using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>The OpenAPI document for clients, people and the MCP server.</summary>
internal static class OpenApiSetup
{
    /// <summary>The name of the document and of its options.</summary>
    public const string DocumentName = "v1";

    private const string DocumentPath = $"/openapi/{DocumentName}.json";

    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddOpenApi(DocumentName, Configure);
        services.AddSingleton<ServedDocument>();
    }

    /// <summary>Serves the document in every environment.</summary>
    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapGet(DocumentPath, async (ServedDocument document) =>
        {
            var (bytes, tag) = await document.ReadAsync();
            return TypedResults.Bytes(bytes, "application/json", entityTag: tag);
        }).ExcludeFromDescription().AllowAnonymous(); // it describes the API but contains no data

        if (app.Environment.IsDevelopment())
        {
            app.UseSwaggerUI(options => options.SwaggerEndpoint(DocumentPath, "Orders API"));
        }
    }

    private static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Orders API",
                Version = "1.0",
                Description = "The orders, customers and products of a shop. Errors are problem details (RFC 9457).",
                License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            };
            // The server that serves the document.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Tags = new HashSet<OpenApiTag>
            {
                new() { Name = "orders", Description = "Orders, from placing to delivery." },
                new() { Name = "customers", Description = "Customers, who place orders." },
                new() { Name = "products", Description = "Products that can be ordered." },
                new() { Name = "completion", Description = "Completion of arguments; for programs." },
                new() { Name = "admin", Description = "Administration of the service; not for agents." },
            };
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer<SecurityTransformer>();
        options.CreateSchemaReferenceId = type => Choice.IsChoice(type.Type, out _)
            ? null // inline, like every other parameter
            : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddSchemaTransformer<SchemaTransformer>();
        options.AddOperationTransformer<OperationTransformer>();
    }
}
