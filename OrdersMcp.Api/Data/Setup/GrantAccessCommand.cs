using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// <c>grant-access</c>: prepares a server, so that the API needs no administrator. It runs with the login of an
/// administrator (<c>ConnectionStrings:ordersdb</c>), can be repeated, and grants access to an Entra ID identity (<see
/// cref="EntraIdentity"/>) or to two logins with passwords (<see cref="PasswordLogins"/>).
/// </summary>
internal static class GrantAccessCommand
{
    private const int Failure = 1;
    private const int InvalidSetting = 2;

    /// <returns>The exit code: 0, 2 for a missing or invalid setting, 1 for a failure.</returns>
    public static async Task<int> RunAsync(
        IConfiguration configuration,
        IHostEnvironment environment,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        AccessOptions options;
        DatabaseOptions database;
        try
        {
            options = configuration.GetSection(AccessOptions.Section).Get<AccessOptions>() ?? new AccessOptions();
            database = DatabaseOptions.Of(configuration);
        }
        catch (InvalidOperationException exception)
        {
            await error.WriteLineAsync(exception.Message); // the binder reports a value of the wrong type like this
            return InvalidSetting;
        }

        var role = database.ServiceRole.Length > 0 ? database.ServiceRole : ServiceRole.DefaultName;
        string[] problems = [.. Problems(options, database, role, environment)];
        if (problems.Length > 0)
        {
            await error.WriteLineAsync(string.Join(Environment.NewLine, problems));
            return InvalidSetting;
        }

        IDatabaseAccess access = options.IsIdentity
            ? new EntraIdentity(options.Role!, options.ObjectId!, role)
            : new PasswordLogins(options.OwnerName, options.OwnerPassword!, role, options.ServicePassword!);
        try
        {
            var name = await GrantAsync(access, database, configuration, cancellationToken);
            await output.WriteLineAsync($"{access.Name} may use the database {name}.");
            return 0;
        }
        catch (Exception exception) when (exception is InvalidOperationException or NpgsqlException)
        {
            await error.WriteLineAsync(exception.Message);
            return Failure;
        }
    }

    private static IEnumerable<string> Problems(
        AccessOptions options, DatabaseOptions database, string role, IHostEnvironment environment)
    {
        string[] connection = [.. database.ConnectionProblems(environment)];
        if (connection.Length == 0 && string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(database.Connection).Database))
        {
            connection =
            [
                $"The setting ConnectionStrings:{DatabaseSetup.ConnectionName} does not name a database. Add "
                + $"'Database={DatabaseSetup.ConnectionName}'; it is created if it does not exist.",
            ];
        }

        return [.. options.Problems(), .. connection, .. ServiceRole.NameProblem(ServiceRole.Setting, role) is { } problem ? [problem] : Array.Empty<string>()];
    }

    /// <returns>The name of the database.</returns>
    /// <exception cref="InvalidOperationException">A password or role cannot be used.</exception>
    private static async Task<string> GrantAsync(
        IDatabaseAccess access, DatabaseOptions options, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnectionStringBuilder(DatabaseConnections.NoKerberos + options.Connection);
        var database = connection.Database!;
        await using (var postgres = Open("postgres"))
        {
            await access.CreateAsync(postgres, database, cancellationToken);
        }

        await using var orders = Open(database);
        await access.GrantAsync(orders, cancellationToken);
        return database;

        NpgsqlDataSource Open(string name) =>
            new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = name }.ConnectionString)
                .UseManagedIdentity(configuration).Build();
    }
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
