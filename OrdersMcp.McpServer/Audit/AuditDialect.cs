using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace OrdersMcp.McpServer.Audit;

/// <summary>The differences between the supported databases: their connections and statements.</summary>
/// <param name="Factory">Creates connections.</param>
/// <param name="Create">Creates the table and its indexes if they do not exist.</param>
/// <param name="Record">The SQL expression of the record parameter.</param>
/// <param name="TimeOf">Converts a time to a parameter value.</param>
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
        time => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)); // fixed length, so the text sorts like the time

    private static readonly AuditDialect Postgres = new(
        NpgsqlFactory.Instance,
        """
        SELECT pg_advisory_xact_lock(6418261);
        CREATE TABLE IF NOT EXISTS tool_calls (id text PRIMARY KEY, at timestamptz NOT NULL, caller text NOT NULL, tool text NOT NULL, outcome text NOT NULL, trace_id text, record json NOT NULL);
        CREATE INDEX IF NOT EXISTS tool_calls_at ON tool_calls (at);
        CREATE INDEX IF NOT EXISTS tool_calls_trace_id ON tool_calls (trace_id);
        """, // one transaction; the lock keeps replicas that start together from creating the table twice
        "CAST(@record AS json)",
        time => time.UtcDateTime);

    public string Insert { get; } =
        $"INSERT INTO tool_calls (id, at, caller, tool, outcome, trace_id, record) VALUES (@id, @at, @caller, @tool, @outcome, @trace, {Record}) ON CONFLICT (id) DO NOTHING";

    /// <summary>Detects the database from the keys of a connection string; null if neither accepts it.</summary>
    public static AuditDialect? Of(string connectionString)
    {
        try
        {
            var keys = new DbConnectionStringBuilder { ConnectionString = connectionString };
            var dialect = Array.Exists(PostgresKeys, keys.ContainsKey) ? Postgres : Array.Exists(SqliteKeys, keys.ContainsKey) ? Sqlite : null;
            dialect?.Factory.CreateConnectionStringBuilder()!.ConnectionString = connectionString; // rejects unknown keys and invalid values
            return dialect;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Creates the file of a SQLite database, readable by its owner only: the records name callers.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
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
