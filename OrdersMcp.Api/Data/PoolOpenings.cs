using Npgsql;

namespace OrdersMcp.Api.Data;

/// <summary>
/// Tells whether a connection was opened for its caller or was idle in the pool, where a restart of the server may have
/// broken it unnoticed.
/// </summary>
internal static class PoolOpenings
{
    private static readonly AsyncLocal<Opening?> Current = new();

    public static NpgsqlDataSourceBuilder NoteOpenings(this NpgsqlDataSourceBuilder builder) =>
        builder.UsePhysicalConnectionInitializer(_ => Note(), _ =>
        {
            Note();
            return Task.CompletedTask;
        });

    /// <summary>Lends a connection of a pool with <see cref="NoteOpenings"/>, and tells whether it is new.</summary>
    public static async Task<(NpgsqlConnection Connection, bool IsNew)> OpenNotedAsync(
        this NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        // The driver runs the initializer within this call, so the call's own value is the one that it finds.
        var opening = new Opening();
        Current.Value = opening;
        return (await database.OpenConnectionAsync(cancellationToken), opening.IsNew);
    }

    private static void Note()
    {
        if (Current.Value is { } opening)
        {
            opening.IsNew = true;
        }
    }

    private sealed class Opening
    {
        public bool IsNew { get; set; }
    }
}
