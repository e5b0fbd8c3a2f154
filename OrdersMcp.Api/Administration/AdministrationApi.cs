using System.ComponentModel;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Api.Http;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.Idempotency;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Validation;
using OrdersMcp.Api.Serialization;

namespace OrdersMcp.Api.Administration;

/// <summary>Operations for administrators. Their tag keeps them from becoming tools.</summary>
internal static class AdministrationApi
{
    private static readonly string Version =
        typeof(AdministrationApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void AddAdministration(this IServiceCollection services) => services.AddJson(AdministrationJson.Default);

    public static void MapAdministration(this WebApplication app)
    {
        var admin = app.MapGroup("/admin").WithTags("admin").BuffersResponses().ValidateParameters().ProducesCommonErrors();

        admin.MapGet("/service", GetServiceInformation)
            .WithName("service_information")
            .WithSummary("Service information")
            .WithDescription("Returns the version and environment of the service, and the versions of its database and schema.")
            .Administers();

        if (app.Environment.IsDevelopment())
        {
            admin.MapPost("/demo-data", ResetDemoData)
                .WithName("reset_demo_data")
                .WithSummary("Reset the demo data")
                .WithDescription(
                    "Deletes every order, customer and product, and writes the demo data, whose orders lead up to now. "
                    + "Development only.")
                .InTransaction()
                .Administers()
                .Confirmed("Delete every order, customer and product, and write the demo data? This cannot be undone.")
                .ProducesError(409, "The first request with this key is still running.")
                .ProducesError(422, "The Idempotency-Key was used for a different request.");
        }
    }

    private static async Task<Ok<ServiceInformation>> GetServiceInformation(
        OrdersDbContext db, IHostEnvironment environment, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ServiceInformation(
            environment.ApplicationName,
            Version,
            environment.EnvironmentName,
            (await db.Database.SqlQuery<string>($"SELECT current_setting('server_version') AS \"Value\"")
                .SingleAsync(cancellationToken)),
            (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).LastOrDefault(),
            time.GetUtcNow()));

    private static async Task<Ok<DemoDataReset>> ResetDemoData(
        [AsParameters] WriteHeaders headers,
        OwnerDatabase owner,
        IOptions<SeedOptions> seed,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        _ = headers; // declared for validation; the transaction uses its key

        // Only the owner can empty the tables. Its transaction commits before the request's, which stores only the key. If
        // the service fails in between, a repeated request resets again.
        await using var db = owner.OpenContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlRawAsync(
            """
            TRUNCATE orders, order_lines, order_events, customers, products RESTART IDENTITY;
            DELETE FROM idempotency_keys WHERE status IS NOT NULL
            """,
            cancellationToken);
        await DemoData.WriteAsync(db, seed.Value.EndOfData(time), cancellationToken);
        var orders = await db.Orders.CountAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return TypedResults.Ok(new DemoDataReset(orders));
    }
}

[Description("The versions and environment of the service.")]
public sealed record ServiceInformation(
    [property: Description("The name of the service."), Example("OrdersMcp.Api")] string Name,
    [property: Description("The version of the service."), Example("1.0.0-preview.1")] string Version,
    [property: Description("The environment of the service."), Example("Production")] string Environment,
    [property: Description("The version of PostgreSQL."), Example("18.4")] string DatabaseVersion,
    [property: Description("The newest migration applied to the database.")] string? Migration,
    [property: Description("The current time of the service, UTC.")] DateTimeOffset Time);

[Description("The result of resetting the demo data.")]
public sealed record DemoDataReset([property: Description("Number of orders after the reset."), Example(16)] int Orders);
