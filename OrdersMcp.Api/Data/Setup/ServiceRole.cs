using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The role that the service works as. It owns nothing, so it cannot change the schema, and it has exactly these rights;
/// the audit it can only read and add to. The owner of the database creates it and gives it its rights at each start.
/// </summary>
internal static class ServiceRole
{
    public const string Setting = "Database:ServiceRole";
    public const string DefaultName = "orders_service";

    private const string GrantMembership =
        """
        DO $$
        DECLARE
            service text := current_setting('access.service');
            login text := current_setting('access.login');
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = login) AND NOT pg_has_role(login, service, 'MEMBER') THEN
                EXECUTE format('GRANT %I TO %I', service, login);
            END IF;
        END $$;
        """;

    private const string Grant =
        """
        REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
        REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;
        GRANT USAGE ON SCHEMA {schema} TO {role};
        GRANT SELECT ON customers TO {role};
        GRANT SELECT, UPDATE (stock) ON products TO {role};
        GRANT SELECT, INSERT, UPDATE (status, note, carrier, tracking_number, updated_at, version) ON orders TO {role};
        GRANT SELECT, INSERT ON order_lines, order_events TO {role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys, exports TO {role};
        GRANT SELECT, INSERT, DELETE ON export_chunks TO {role};
        GRANT SELECT, INSERT ON tool_calls TO {role};
        GRANT SELECT ON "__EFMigrationsHistory" TO {role};
        """;

    /// <summary>Creates the role where it is missing, lets the service's login take it on, and gives it its rights.</summary>
    /// <exception cref="InvalidOperationException">The role is missing, and this login may not create it.</exception>
    public static async Task EnsureAsync(
        NpgsqlConnection owner, string role, string? login, CancellationToken cancellationToken)
    {
        try
        {
            await owner.CreateRoleAsync(role, cancellationToken);
            await owner.RunAsync(GrantMembership, cancellationToken, ("service", role), ("login", login ?? ""));
            await using var find = new NpgsqlCommand("SELECT quote_ident(current_schema())", owner);
            var schema = (string)(await find.ExecuteScalarAsync(cancellationToken))!;
            await using var grant = new NpgsqlCommand(
                Grant.Replace("{schema}", schema).Replace("{role}", Sql.Identifier(role)), owner);
            await grant.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InvalidOperationException(
                $"The role '{role}', which the service works as, cannot be created or given its rights by this login "
                + $"({exception.MessageText}). Let somebody who may create it (docs/orders-api.md, \"Roles\"), or set "
                + $"{Setting} to nothing if the login of the service is restricted already.",
                exception);
        }
    }

    /// <summary>The connection string with which every connection of the pool starts in the role, and returns to it.</summary>
    public static string InRole(string connectionString, string role)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var option = $"-c role={role}";
        connection.Options = string.IsNullOrEmpty(connection.Options) ? option : $"{connection.Options} {option}";
        return connection.ConnectionString;
    }

    /// <summary>Whether a name needs no quotes anywhere: a role is named in options, SQL and messages.</summary>
    public static bool IsName(string role) =>
        role.Length is > 0 and <= 63 && char.IsAsciiLetterLower(role[0])
        && role.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
}
