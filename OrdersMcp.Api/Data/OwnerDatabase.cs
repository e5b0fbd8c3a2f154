using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace OrdersMcp.Api.Data;

/// <summary>
/// The database as its owner sees it: for migrations, the seed and the reset of the demo data. Its connections are made
/// when they are needed and not kept, and no request of a caller runs on them but that reset.
/// </summary>
internal sealed class OwnerDatabase(string connectionString, ILoggerFactory loggers) : IAsyncDisposable
{
    public NpgsqlDataSource Source { get; } =
        new NpgsqlDataSourceBuilder(connectionString + ";Pooling=false") { Name = $"{DatabaseSetup.ConnectionName}-owner" }
        .UseLoggerFactory(loggers)
        .Build();

    public OrdersDbContext OpenContext() =>
        new(new DbContextOptionsBuilder<OrdersDbContext>().UseNpgsql(Source).UseLoggerFactory(loggers).Options);

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
