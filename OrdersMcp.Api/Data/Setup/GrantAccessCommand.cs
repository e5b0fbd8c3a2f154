using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// <c>grant-access</c>: prepares a server, so that the API needs no administrator. It runs with the login of an
/// administrator (<c>ConnectionStrings:ordersdb</c>), can be repeated, and grants access to an Entra ID identity (<see
/// cref="EntraIdentity"/>) or to two logins with passwords (<see cref="PasswordLogins"/>).
/// </summary>
internal static class GrantAccessCommand
{
    private const string Usage =
        "Specify who gets access: an Entra ID identity by Access:Role and Access:ObjectId (Access__Role, Access__ObjectId), or "
        + "logins by Access:OwnerPassword and Access:ServicePassword (Access__OwnerPassword, Access__ServicePassword).";

    /// <returns>The exit code: 0, 2 for a missing or invalid setting, 1 for a failure.</returns>
    public static async Task<int> RunAsync(
        IConfiguration configuration,
        IHostEnvironment environment,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        IDatabaseAccess access;
        NpgsqlConnectionStringBuilder connection;
        try
        {
            access = Access(configuration);
            connection = Connection(configuration, environment);
        }
        catch (InvalidOperationException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return 2;
        }

        try
        {
            await using (var postgres = Open(connection, configuration, "postgres"))
            {
                await access.CreateAsync(postgres, connection.Database!, cancellationToken);
            }

            await using var orders = Open(connection, configuration, connection.Database!);
            await access.GrantAsync(orders, cancellationToken);
            await output.WriteLineAsync($"{access.Name} may use the database {connection.Database}.");
            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or NpgsqlException)
        {
            await error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    /// <exception cref="InvalidOperationException">It is missing or invalid.</exception>
    private static NpgsqlConnectionStringBuilder Connection(IConfiguration configuration, IHostEnvironment environment)
    {
        const string Setting = $"ConnectionStrings:{DatabaseSetup.ConnectionName}";
        var text = DatabaseSetup.NoKerberos + DatabaseSetup.ConnectionString(configuration);
        NpgsqlConnectionStringBuilder connection;
        try
        {
            connection = new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException exception)
        {
            // The message contains the wrong keyword, but not its value.
            throw new InvalidOperationException(
                $"The setting {Setting} is not a PostgreSQL connection string: {exception.Message}", exception);
        }

        if (string.IsNullOrEmpty(connection.Database))
        {
            throw new InvalidOperationException(
                $"The setting {Setting} does not name a database. Add 'Database={DatabaseSetup.ConnectionName}'; it is created if "
                + "it does not exist.");
        }

        if (DatabaseTransport.IsChecked(environment, configuration))
        {
            DatabaseTransport.Check(DatabaseSetup.ConnectionName, text);
        }

        return connection;
    }

    /// <exception cref="InvalidOperationException">A setting is missing or invalid.</exception>
    private static IDatabaseAccess Access(IConfiguration configuration)
    {
        var role = RoleName(configuration, ServiceRole.Setting, ServiceRole.DefaultName);
        var settings = configuration.GetSection("Access");
        return (settings["Role"], settings["ObjectId"], settings["OwnerPassword"], settings["ServicePassword"]) switch
        {
            ({ Length: > 0 } identity, { Length: > 0 } id, _, _) => new EntraIdentity(identity, id, role),
            (_, _, { Length: > 0 } owner, { Length: > 0 } service) =>
                new PasswordLogins(
                    RoleName(configuration, PasswordLogins.OwnerSetting, PasswordLogins.DefaultOwner), owner, role, service),
            _ => throw new InvalidOperationException(Usage),
        };
    }

    private static string RoleName(IConfiguration configuration, string setting, string standard)
    {
        var name = configuration[setting] is { Length: > 0 } named ? named : standard;
        return ServiceRole.IsName(name)
            ? name
            : throw new InvalidOperationException(
                $"The setting {setting} is '{name}', which is not a valid role name: use lower-case letters, digits and '_'.");
    }

    private static NpgsqlDataSource Open(
        NpgsqlConnectionStringBuilder connection, IConfiguration configuration, string database) =>
        new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = database }.ConnectionString)
            .UseManagedIdentity(configuration).Build();
}

/// <summary>A way to grant the API access.</summary>
internal interface IDatabaseAccess
{
    /// <summary>Who gets access.</summary>
    string Name { get; }

    /// <summary>Creates the roles and the database, connected to the database postgres.</summary>
    Task CreateAsync(NpgsqlDataSource postgres, string database, CancellationToken cancellationToken);

    /// <summary>Grants the rights in the orders database.</summary>
    Task GrantAsync(NpgsqlDataSource orders, CancellationToken cancellationToken);
}
