using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// A small pool for background work: listening and polling. Its commands are not traced, because they belong to no request
/// and run every few seconds. They are not prepared either, which would not pay off at that rate (see
/// <see cref="PreparedStatementReset"/>).
/// </summary>
internal sealed class BackgroundDatabase(string connectionString, IServiceProvider services) : IAsyncDisposable
{
    public NpgsqlDataSource Source { get; } =
        new NpgsqlDataSourceBuilder(connectionString) { Name = $"{DatabaseSetup.ConnectionName}-background" }
        .UseLoggerFactory(services.GetRequiredService<ILoggerFactory>())
        .UseManagedIdentity(services)
        .ConfigureTracing(tracing => tracing
            .ConfigureCommandFilter(_ => false)
            .EnablePhysicalOpenTracing(false))
        .Build();

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
