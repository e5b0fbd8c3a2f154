using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// Creates two logins with passwords and without administrator rights: the owner of the orders database, which migrates it,
/// and the service, which owns nothing. It also creates the database, and replaces existing passwords.
/// </summary>
/// <param name="owner">The name of the owner.</param>
/// <param name="ownerPassword">The owner's password.</param>
/// <param name="service">The name of the login of the service, and of its role.</param>
/// <param name="servicePassword">The service's password.</param>
internal sealed class PasswordLogins(string owner, string ownerPassword, string service, string servicePassword)
    : IDatabaseAccess
{
    public const string OwnerSetting = $"{AccessOptions.Section}:{nameof(AccessOptions.Owner)}";
    public const string DefaultOwner = "orders_owner";

    public string Name => $"{owner} and {service}";

    public async Task CreateAsync(NpgsqlDataSource postgres, string database, CancellationToken cancellationToken)
    {
        await LoginAsync(postgres, owner, ownerPassword, cancellationToken);
        await LoginAsync(postgres, service, servicePassword, cancellationToken);

        // An administrator who is not a superuser, as on managed servers, can give a database only to a role it is a member
        // of.
        await postgres.RunAsync(
            """
            DO $$
            DECLARE owner text := current_setting('access.owner');
            BEGIN
                IF NOT pg_has_role(owner, 'USAGE') THEN
                    EXECUTE format('GRANT %I TO CURRENT_USER', owner);
                END IF;
            END $$;
            """,
            cancellationToken,
            ("owner", owner));

        await using var find = postgres.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = database });
        var (name, login) = (Sql.Identifier(database), Sql.Identifier(owner));
        await using var own = postgres.CreateCommand(await find.ExecuteScalarAsync(cancellationToken) is null
            ? $"CREATE DATABASE {name} OWNER {login}"
            : $"ALTER DATABASE {name} OWNER TO {login}");
        await own.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// Bars all other logins from the database, and gives the owner all objects that an administrator created.
    /// </summary>
    public Task GrantAsync(NpgsqlDataSource orders, CancellationToken cancellationToken) => orders.RunAsync(
        """
        DO $$
        DECLARE
            owner text := current_setting('access.owner');
            service text := current_setting('access.service');
            item record;
        BEGIN
            EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
            EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
            FOR item IN
                SELECT format('ALTER %s %s OWNER TO %I', CASE relkind
                    WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass, owner) AS command
                FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
                    AND pg_get_userbyid(relowner) <> owner
                    -- A sequence of a column changes hands with its table.
                    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype IN ('a', 'i', 'e'))
                UNION ALL
                SELECT format('ALTER ROUTINE %s OWNER TO %I', oid::regprocedure, owner)
                FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND pg_get_userbyid(proowner) <> owner
                    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
            LOOP
                EXECUTE item.command;
            END LOOP;
        END $$;
        """,
        cancellationToken,
        ("owner", owner),
        ("service", service));

    /// <summary>Sends a verifier instead of the password, so that no log of the server can contain the password.</summary>
    /// <exception cref="InvalidOperationException">The role exists and belongs to an administrator.</exception>
    private static async Task LoginAsync(
        NpgsqlDataSource postgres, string name, string password, CancellationToken cancellationToken)
    {
        await using var connection = await postgres.OpenConnectionAsync(cancellationToken);
        await using var find = new NpgsqlCommand(
            """
            SELECT 1 FROM pg_roles WHERE rolname = $1 AND (rolname IN (session_user, current_user)
                OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = name } },
        };
        if (await find.ExecuteScalarAsync(cancellationToken) is not null)
        {
            throw new InvalidOperationException(
                $"The role '{name}' already exists and belongs to an administrator. Choose another name with {OwnerSetting} or "
                + $"{ServiceRole.Setting}, or remove its attributes (ALTER ROLE) if you mean this role.");
        }

        await connection.CreateRoleAsync(name, cancellationToken);
        await connection.RunAsync(
            """
            DO $$
            DECLARE
                name text := current_setting('access.name');
                verifier text := current_setting('access.verifier');
            BEGIN
                EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', name, verifier);
            END $$;
            """,
            cancellationToken,
            ("name", name),
            ("verifier", ScramVerifier.Create(password)));
    }
}
