using Microsoft.AspNetCore.Mvc;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Http.Errors;

internal static class ErrorSetup
{
    /// <summary>Problem details for every error, including errors outside the endpoints.</summary>
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddJson(ProblemsJson.Default);
        services.AddSingleton<IProblemDetailsWriter, ProblemWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<DatabaseUnavailableHandler>();

        // ParameterValidation reports a parameter that does not bind, in Development too.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }

    /// <summary>Declares the errors that every endpoint may return.</summary>
    public static TBuilder ProducesCommonErrors<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder
        .ProducesError(400, "Parameters or fields are invalid; errors names each with the broken rule and the received value.")
        .ProducesError(500, "Internal error; the traceId identifies it in the telemetry.")
        .ProducesError(503, "The database is unavailable, or other requests have locked the same rows; try again after a few seconds.");

    /// <summary>Declares an error of an endpoint in the OpenAPI document.</summary>
    public static TBuilder ProducesError<TBuilder>(this TBuilder builder, int statusCode, string description)
        where TBuilder : IEndpointConventionBuilder
    {
        var type = statusCode == StatusCodes.Status400BadRequest
            ? typeof(HttpValidationProblemDetails)
            : typeof(ProblemDetails);
        return builder.WithMetadata(new ProducesResponseTypeAttribute(type, statusCode, Problems.ContentType)
        {
            Description = description,
        });
    }
}
