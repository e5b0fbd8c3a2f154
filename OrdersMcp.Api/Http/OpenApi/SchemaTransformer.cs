using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>Completes the schemas in the document.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
        }
        else if (Choice.IsChoice(context.JsonTypeInfo.Type, out var names))
        {
            schema.Type = JsonSchemaType.String;
            schema.Properties = null;
            schema.Enum = [.. names.Select(name => JsonValue.Create(name))];
            schema.Description = context.JsonPropertyInfo?.AttributeProvider?
                .GetCustomAttributes(typeof(DescriptionAttribute), inherit: false)
                .OfType<DescriptionAttribute>().FirstOrDefault()?.Description;
        }
        else if (context.JsonTypeInfo.Type.IsAssignableTo(typeof(ProblemDetails)))
        {
            DescribeProblem(schema);
        }

        if (schema.Maximum == long.MaxValue.ToString())
        {
            schema.Maximum = null; // implied by int64
        }

        var declaredOn = context.JsonPropertyInfo?.AttributeProvider
            ?? (context.ParameterDescription?.ParameterDescriptor as IParameterInfoParameterDescriptor)?.ParameterInfo;
        var example = declaredOn?.GetCustomAttributes(typeof(ExampleAttribute), inherit: false).FirstOrDefault();
        if (declaredOn?.IsDefined(typeof(UntrustedAttribute), inherit: false) == true)
        {
            schema.AddExtension("x-untrusted", new JsonNodeExtension(JsonValue.Create(true)));
        }

        if (example is ExampleAttribute { Value: var value })
        {
            schema.Examples = [JsonSerializer.SerializeToNode(value)!];
        }

        return Task.CompletedTask;
    }

    /// <summary>RFC 9457 makes every member optional; this API always sends these.</summary>
    private static void DescribeProblem(OpenApiSchema schema)
    {
        var members = schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        members.Remove("instance");
        members["type"] = Member(JsonSchemaType.String, "Stable identifier of the error type: urn:ordersmcp:problem:…");
        members["title"] = Member(JsonSchemaType.String, "Name of the error type.");
        members["status"] = Member(JsonSchemaType.Integer, "The HTTP status code.");
        members["detail"] = Member(JsonSchemaType.String, "What went wrong and what to do next.");
        members["traceId"] = Member(JsonSchemaType.String, "The trace of the request in the telemetry.");
        if (members.TryGetValue("errors", out var errors))
        {
            errors.Description = "The broken rules and received values, by parameter name.";
        }

        schema.Required = members.Keys.ToHashSet(StringComparer.Ordinal);
    }

    private static OpenApiSchema Member(JsonSchemaType type, string description) =>
        new() { Type = type, Description = description };
}
