using System.Data.Common;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.McpServer.Audit;

/// <summary>
/// A database of the server (<c>Audit:ConnectionString</c>), for APIs that do not accept records: SQLite for one process,
/// PostgreSQL for replicas. Creates its table, and removes records after the configured retention.
/// </summary>
internal sealed class DatabaseAuditStore(IOptions<AuditOptions> options, IOptions<OpenApiToolsOptions> apis, TimeProvider time) : IAuditStore
{
    /// <summary>The SQLSTATE class for values that the database cannot store, such as text with NUL.</summary>
    private const string DataException = "22";

    private static readonly TimeSpan RemovalInterval = TimeSpan.FromHours(1);

    private readonly AuditDialect _dialect = AuditDialect.Of(options.Value.ConnectionString)
        ?? throw new InvalidOperationException("The settings were not validated.");

    private bool _isCreated;
    private DateTimeOffset _removed;

    public string Name => "audit database";

    public IReadOnlyList<string> ReadScopes => [.. apis.Value.Apis.Select(api => $"{api.Name}.admin")];

    public async Task<bool> AddAsync(IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            await AddAsync(connection, records, cancellationToken);
        }
        catch (DbException exception) when (exception.SqlState?.StartsWith(DataException, StringComparison.Ordinal) is true)
        {
            return false;
        }

        await RemoveOldAsync(connection, cancellationToken);
        return true;
    }

    public async Task<IReadOnlyList<AuditRecord>> ReadAsync(string? traceId, int most, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        await using var select = Command(
            connection, $"SELECT record FROM tool_calls {(traceId is null ? "" : "WHERE trace_id = @trace ")}ORDER BY at DESC, id DESC LIMIT @most", ("@most", most));
        if (traceId is not null)
        {
            Add(select, "@trace", traceId);
        }

        var records = new List<AuditRecord>();
        await using var reader = await select.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            records.Add(JsonSerializer.Deserialize(reader.GetString(0), AuditJson.Default.AuditRecord)!);
        }

        return records;
    }

    private async Task AddAsync(DbConnection connection, IReadOnlyList<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var bytes in records)
        {
            var record = JsonSerializer.Deserialize(bytes.Span, AuditJson.Default.AuditRecord)!;
            await using var insert = Command(
                connection, _dialect.Insert, ("@id", record.Id.ToString()), ("@at", _dialect.TimeOf(record.At)), ("@caller", record.Caller), ("@tool", record.Tool),
                ("@outcome", record.Outcome), ("@trace", record.TraceId), ("@record", Encoding.UTF8.GetString(bytes.Span)));
            insert.Transaction = transaction;
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private async Task RemoveOldAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - _removed < RemovalInterval)
        {
            return;
        }

        _removed = now;
        await using var delete = Command(connection, "DELETE FROM tool_calls WHERE at < @until", ("@until", _dialect.TimeOf(now - options.Value.Retention)));
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = _dialect.Factory.CreateConnection()!;
        try
        {
            connection.ConnectionString = options.Value.ConnectionString;
            if (!_isCreated)
            {
                _dialect.CreateFile(connection.DataSource);
            }

            await connection.OpenAsync(cancellationToken);
            if (!_isCreated)
            {
                await using var create = Command(connection, _dialect.Create);
                await create.ExecuteNonQueryAsync(cancellationToken);
                _isCreated = true;
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static DbCommand Command(DbConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        Array.ForEach(parameters, parameter => Add(command, parameter.Name, parameter.Value));
        return command;
    }

    private static void Add(DbCommand command, string name, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }
}
