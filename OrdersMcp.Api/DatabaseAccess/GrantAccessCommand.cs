using Npgsql;
using OrdersMcp.Api.Data;

namespace OrdersMcp.Api.DatabaseAccess;

/// <summary>
/// <c>grant-access</c>: prepares a server for the API, which then needs no administrator. It runs as the server's
/// administrator (<c>ConnectionStrings:ordersdb</c>), as often as you like, and lets in either an identity of Entra ID
/// (<see cref="EntraIdentity"/>) or two logins with passwords (<see cref="PasswordLogins"/>).
/// </summary>
internal static class GrantAccessCommand
{
    private const string Usage =
        "Say who is let in: an identity of Entra ID by Access:Role and Access:ObjectId (Access__Role, Access__ObjectId), or "
        + "logins by Access:OwnerPassword and Access:ServicePassword (Access__OwnerPassword, Access__ServicePassword).";

    /// <returns>The exit code: 0, or 2 when a setting is missing or no use, or 1 when it cannot be done.</returns>
    public static async Task<int> RunAsync(
        IConfiguration configuration, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            if (Access(configuration) is not { } access)
            {
                await error.WriteLineAsync(Usage);
                return 2;
            }

            var connection = new NpgsqlConnectionStringBuilder(
                DatabaseSetup.NoKerberos + DatabaseSetup.ConnectionString(configuration));
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

    private static IDatabaseAccess? Access(IConfiguration configuration)
    {
        var role = configuration[ServiceRole.Setting] is { Length: > 0 } named ? named : ServiceRole.DefaultName;
        if (!ServiceRole.IsName(role))
        {
            throw new InvalidOperationException($"The setting {ServiceRole.Setting} is '{role}', which is no name of a role.");
        }

        var settings = configuration.GetSection("Access");
        return (settings["Role"], settings["ObjectId"], settings["OwnerPassword"], settings["ServicePassword"]) switch
        {
            ({ Length: > 0 } identity, { Length: > 0 } id, _, _) => new EntraIdentity(identity, id, role),
            (_, _, { Length: > 0 } owner, { Length: > 0 } service) =>
                new PasswordLogins(settings["Owner"] ?? PasswordLogins.DefaultOwner, owner, role, service),
            _ => null,
        };
    }

    private static NpgsqlDataSource Open(
        NpgsqlConnectionStringBuilder connection, IConfiguration configuration, string database) =>
        new NpgsqlDataSourceBuilder(
            new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Database = database }.ConnectionString)
            .UseManagedIdentity(configuration).Build();
}

/// <summary>One way to let the API in.</summary>
internal interface IDatabaseAccess
{
    /// <summary>Who is let in.</summary>
    string Name { get; }

    /// <summary>Makes what is of the whole server, on its database postgres.</summary>
    Task CreateAsync(NpgsqlDataSource postgres, string database, CancellationToken cancellationToken);

    /// <summary>Gives the rights in the orders database.</summary>
    Task GrantAsync(NpgsqlDataSource orders, CancellationToken cancellationToken);
}
