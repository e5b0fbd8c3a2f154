using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// A small pool for what the service does on its own, all the time: listening, looking for work. Its commands leave no
/// traces: they belong to no request, and there is one every few seconds. Nor are they prepared (see
/// <see cref="PreparedStatementReset"/>): at that rate it is no use.
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
