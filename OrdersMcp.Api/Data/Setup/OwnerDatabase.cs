using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The database with the login of its owner: for migrations, seeding and resetting the demo data. Connections are opened on
/// demand and not pooled. The reset is the only request that uses them.
/// </summary>
internal sealed class OwnerDatabase(string connectionString, IServiceProvider services) : IAsyncDisposable
{
    public NpgsqlDataSource Source { get; } =
        new NpgsqlDataSourceBuilder(connectionString + ";Pooling=false") { Name = $"{DatabaseSetup.ConnectionName}-owner" }
        .UseLoggerFactory(services.GetRequiredService<ILoggerFactory>())
        .UseManagedIdentity(services)
        .Build();

    public OrdersDbContext OpenContext() =>
        new(new DbContextOptionsBuilder<OrdersDbContext>()
            .UseNpgsql(Source)
            .UseLoggerFactory(services.GetRequiredService<ILoggerFactory>())
            .Options);

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
