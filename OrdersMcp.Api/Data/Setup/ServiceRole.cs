using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The role of the service. It owns nothing, so it cannot change the schema. It has only the rights below: it can read the
/// audit log and append to it, but not change it. The owner of the database creates the role and grants the rights at every
/// start.
/// </summary>
internal static class ServiceRole
{
    public const string Setting = $"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ServiceRole)}";
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

    /// <summary>Creates the role if it is missing, lets the login of the service assume it, and grants its rights.</summary>
    /// <exception cref="InvalidOperationException">The role is missing, and this login cannot create it.</exception>
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
                $"This login cannot create the role '{role}' of the service or grant its rights ({exception.MessageText}). Let an "
                + $"administrator create it (docs/orders-api.md, \"Roles\"), or set {Setting} to an empty value if the login of "
                + "the service is already restricted.",
                exception);
        }
    }

    /// <summary>A connection string whose connections start in the role.</summary>
    public static string InRole(string connectionString, string role)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var option = $"-c role={role}";
        connection.Options = string.IsNullOrEmpty(connection.Options) ? option : $"{connection.Options} {option}";
        return connection.ConnectionString;
    }

    /// <returns>The problem of a name that would need quotes in options, SQL or messages, or null.</returns>
    public static string? NameProblem(string setting, string role) =>
        role.Length is > 0 and <= 63 && char.IsAsciiLetterLower(role[0])
        && role.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_')
            ? null
            : $"The setting {setting} is '{role}', which is not a valid role name: use lower-case letters, digits and '_'.";
}
