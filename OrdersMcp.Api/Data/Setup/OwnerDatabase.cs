using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The database as its owner sees it: for migrations, the seed and the reset of the demo data. Its connections are made
/// when they are needed and not kept, and no request of a caller runs on them but that reset.
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
