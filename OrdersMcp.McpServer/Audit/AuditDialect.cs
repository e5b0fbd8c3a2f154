using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrdersMcp.McpServer.Audit;

/// <summary>What differs between the databases that can keep records: how they are reached, and the statements.</summary>
/// <param name="Factory">Makes connections.</param>
/// <param name="Create">Makes the table and its indexes, if they are not there.</param>
/// <param name="Record">The record as a parameter of a statement.</param>
/// <param name="TimeOf">A time as a parameter.</param>
internal sealed record AuditDialect(DbProviderFactory Factory, string Create, string Record, Func<DateTimeOffset, object> TimeOf)
{
    private static readonly string[] SqliteKeys = ["Data Source", "DataSource", "Filename"];
    private static readonly string[] PostgresKeys = ["Host", "Server"];

    private static readonly AuditDialect Sqlite = new(
        SqliteFactory.Instance,
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS tool_calls (id TEXT PRIMARY KEY, at TEXT NOT NULL, caller TEXT NOT NULL, tool TEXT NOT NULL, outcome TEXT NOT NULL, trace_id TEXT, record TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS tool_calls_at ON tool_calls (at);
        CREATE INDEX IF NOT EXISTS tool_calls_trace_id ON tool_calls (trace_id);
        """,
        "@record",
        time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)); // of one length, so that texts have the order of times

    private static readonly AuditDialect Postgres = new(
        NpgsqlFactory.Instance,
        """
        SELECT pg_advisory_xact_lock(6418261);
        CREATE TABLE IF NOT EXISTS tool_calls (id text PRIMARY KEY, at timestamptz NOT NULL, caller text NOT NULL, tool text NOT NULL, outcome text NOT NULL, trace_id text, record json NOT NULL);
        CREATE INDEX IF NOT EXISTS tool_calls_at ON tool_calls (at);
        CREATE INDEX IF NOT EXISTS tool_calls_trace_id ON tool_calls (trace_id);
        """, // of one transaction; without the lock, two replicas that start at once make the table twice
        "CAST(@record AS json)",
        time => time.UtcDateTime);

    public string Insert { get; } =
        $"INSERT INTO tool_calls (id, at, caller, tool, outcome, trace_id, record) VALUES (@id, @at, @caller, @tool, @outcome, @trace, {Record}) ON CONFLICT (id) DO NOTHING";

    /// <summary>The database of a connection string, by the keys that it has; null where neither takes it.</summary>
    public static AuditDialect? Of(string connectionString)
    {
        try
        {
            var keys = new DbConnectionStringBuilder { ConnectionString = connectionString };
            var dialect = Array.Exists(PostgresKeys, keys.ContainsKey) ? Postgres : Array.Exists(SqliteKeys, keys.ContainsKey) ? Sqlite : null;
            dialect?.Factory.CreateConnectionStringBuilder()!.ConnectionString = connectionString; // it refuses keys and values that it does not know
            return dialect;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Makes the file of a database that is one: others on this machine need not read who called what.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public void CreateFile(string path)
    {
        if (this != Sqlite || OperatingSystem.IsWindows() || path is "" or ":memory:" || path.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
    }
}
