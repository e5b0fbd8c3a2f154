using Npgsql;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.DatabaseAccess;

/// <summary>
/// <c>grant-access</c>: lets an identity of Entra ID into an Azure database, as a role that may make and own what is in
/// the orders database, and is no administrator of the server. It runs as the server's administrator, as often as you
/// like. <c>Access:Role</c> is the name of the role (the identity's), <c>Access:ObjectId</c> the identity's object id.
/// </summary>
internal static class GrantAccessCommand
{
    /// <returns>The exit code: 0, or 2 when a setting is missing, or 1 when it cannot be done.</returns>
    public static async Task<int> RunAsync(
        IConfiguration configuration, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var (role, objectId) = (configuration["Access:Role"], configuration["Access:ObjectId"]);
        if (string.IsNullOrWhiteSpace(role) || string.IsNullOrWhiteSpace(objectId))
        {
            await error.WriteLineAsync(
                "Access:Role and Access:ObjectId must say who is let in (Access__Role, Access__ObjectId).");
            return 2;
        }

        try
        {
            var connection = new NpgsqlConnectionStringBuilder(DatabaseSetup.ConnectionString(configuration));
            await CreateRoleAsync(connection, configuration, role, objectId, cancellationToken);
            await GrantAsync(connection, configuration, role, cancellationToken);
            await output.WriteLineAsync($"{role} may use the database {connection.Database}.");
            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or NpgsqlException)
        {
            await error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <summary>The functions for identities are in the database postgres only.</summary>
    private static async Task CreateRoleAsync(
        NpgsqlConnectionStringBuilder connection,
        IConfiguration configuration,
        string role,
        string objectId,
        CancellationToken cancellationToken)
    {
        await using var postgres = new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = "postgres" }.ConnectionString)
            .UseManagedIdentity(configuration).Build();
        await using var find = postgres.CreateCommand("SELECT 1 FROM pg_roles WHERE rolname = $1");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = role });
        if (await find.ExecuteScalarAsync(cancellationToken) is not null)
        {
            return;
        }

        // https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-manage-azure-ad-users
        await using var create = postgres.CreateCommand(
            "SELECT pgaadauth_create_principal_with_oid($1, $2, 'service', isAdmin => false, isMfa => false)");
        create.Parameters.Add(new NpgsqlParameter<string> { TypedValue = role });
        create.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectId });
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task GrantAsync(
        NpgsqlConnectionStringBuilder connection,
        IConfiguration configuration,
        string role,
        CancellationToken cancellationToken)
    {
        await using var orders = new NpgsqlDataSourceBuilder(connection.ConnectionString)
            .UseManagedIdentity(configuration).Build();
        await using var write = orders.CreateCommand(
            "SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO %I; "
            + "GRANT USAGE, CREATE ON SCHEMA public TO %I', current_database(), $1, $1)");
        write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = role });
        await using var grant = orders.CreateCommand((string)(await write.ExecuteScalarAsync(cancellationToken))!);
        await grant.ExecuteNonQueryAsync(cancellationToken);
    }
}
