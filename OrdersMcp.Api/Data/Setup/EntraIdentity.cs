using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// Grants an Entra ID identity access to an Azure database. Its role may create and own the objects of the orders database
/// and assume the role of the service, but does not administer the server.
/// </summary>
/// <param name="name">The name of the identity, and of its role.</param>
/// <param name="objectId">The identity's object id.</param>
/// <param name="serviceRole">The role of the service.</param>
internal sealed class EntraIdentity(string name, string objectId, string serviceRole) : IDatabaseAccess
{
    public string Name => name;

    /// <summary>Runs in the database postgres, the only one with the functions for identities.</summary>
    public async Task CreateAsync(NpgsqlDataSource postgres, string database, CancellationToken cancellationToken)
    {
        await using var find = postgres.CreateCommand("SELECT 1 FROM pg_roles WHERE rolname = $1");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        if (await find.ExecuteScalarAsync(cancellationToken) is not null)
        {
            return;
        }

        // https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-manage-azure-ad-users
        await using var create = postgres.CreateCommand(
            "SELECT pgaadauth_create_principal_with_oid($1, $2, 'service', isAdmin => false, isMfa => false)");
        create.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        create.Parameters.Add(new NpgsqlParameter<string> { TypedValue = objectId });
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Also creates the role of the service, because the identity cannot create roles. The API grants the rights of the role.
    /// </summary>
    public async Task GrantAsync(NpgsqlDataSource orders, CancellationToken cancellationToken)
    {
        await using var connection = await orders.OpenConnectionAsync(cancellationToken);
        await connection.CreateRoleAsync(serviceRole, cancellationToken);
        await connection.RunAsync(
            """
            DO $$
            DECLARE
                identity text := current_setting('access.name');
                service text := current_setting('access.service');
            BEGIN
                EXECUTE format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %I TO %I', current_database(), identity);
                EXECUTE format('GRANT USAGE, CREATE ON SCHEMA public TO %I', identity);
                IF NOT pg_has_role(identity, service, 'MEMBER') THEN
                    EXECUTE format('GRANT %I TO %I', service, identity);
                END IF;
            END $$;
            """,
            cancellationToken,
            ("name", name),
            ("service", serviceRole));
    }
}
