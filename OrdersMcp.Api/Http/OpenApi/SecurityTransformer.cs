using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>Documents the required credentials, and the errors without them, if the API requires authentication.</summary>
internal sealed class SecurityTransformer : IOpenApiDocumentTransformer
{
    private const string Key = "apiKey";
    private const string Token = "accessToken";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.ApplicationServices.RequiredCredentials() is { } credentials)
        {
            document.Security = [];
            if (credentials.Keys)
            {
                Require(document, Key, new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Header,
                    Name = "X-API-Key",
                    Description = "An API key, from the command create-api-key.",
                });
            }

            if (credentials.Tokens)
            {
                Require(document, Token, new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An access token of the configured issuer.",
                });
            }

            foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations ?? []).Select(each => each.Value))
            {
                Refuse(operation, StatusCodes.Status401Unauthorized, "There is no credential, or it is not valid.");
                Refuse(operation, StatusCodes.Status403Forbidden, "The credential does not allow this operation.");
            }
        }

        return Task.CompletedTask;
    }

    private static void Require(OpenApiDocument document, string name, OpenApiSecurityScheme scheme)
    {
        document.AddComponent(name, scheme);
        document.Security!.Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(name, document)] = [] });
    }

    /// <summary>Adds an error response with the same content as the other errors.</summary>
    private static void Refuse(OpenApiOperation operation, int status, string description)
    {
        var error = operation.Responses?.FirstOrDefault(response => response.Key is "500").Value;
        operation.Responses?.TryAdd(
            status.ToString(CultureInfo.InvariantCulture),
            new OpenApiResponse { Description = description, Content = error?.Content is { } content ? new Dictionary<string, OpenApiMediaType>(content) : null });
    }
}
