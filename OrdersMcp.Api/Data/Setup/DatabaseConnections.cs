using Microsoft.Extensions.Options;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>The connection strings of the pools, with limits unless the settings have others.</summary>
internal sealed class DatabaseConnections
{
    /// <summary>Kerberos is opt-in: without the library, probing by the driver writes an error.</summary>
    public const string NoKerberos = "GSS Encryption Mode=Disable;";

    /// <summary>One connection listens and one polls; the others are for requests.</summary>
    public const int Fewest = 6;
    public const int Most = 1000;

    // One connection listens; the others poll and are released at once.
    private const int MostBackground = 4;

    // Times in seconds. Nothing changes the session of a pooled connection (settings are SET LOCAL, locks belong to
    // transactions, listeners have their own pool), so it needs no reset between uses: its seven statements would cost more
    // than reading an order.
    private const string Defaults =
        "Application Name=ordersmcp-api;Timeout=5;Command Timeout=10;"
        + "No Reset On Close=true;"
        // Below the idle limit of firewalls and load balancers (four minutes on Azure), which drop connections silently.
        + "Connection Idle Lifetime=120;"
        + NoKerberos;

    private const string Prepared = "Max Auto Prepare=50;";

    // In transaction mode, a pooler gives each transaction any of its connections. A prepared statement of this service may be
    // unknown there, or be another statement of the same name.
    private const string NotPrepared = "Max Auto Prepare=0;";

    public DatabaseConnections(IOptions<DatabaseOptions> options)
    {
        var isPooled = !string.IsNullOrWhiteSpace(options.Value.Direct);
        var (role, connections) = (options.Value.ServiceRole, options.Value.Connections);
        var background = Math.Clamp(connections / 4, 2, MostBackground);
        // The last of two equal keys wins, so the settings override the defaults.
        var service = $"Maximum Pool Size={connections - background};{Defaults}{(isPooled ? NotPrepared : Prepared)}{options.Value.Connection}";
        Service = InRole(service);
        Background = $"{(isPooled ? InRole(Defaults + options.Value.Direct) : Service)};"
            + $"Maximum Pool Size={background};No Reset On Close=false;Max Auto Prepare=0";
        Owner = string.IsNullOrWhiteSpace(options.Value.Migrations) ? service : Defaults + options.Value.Migrations;
        Login = LoginOf(service);

        // A login that is the role itself starts in it. Poolers refuse the startup option.
        string InRole(string connection) =>
            role.Length > 0 && LoginOf(connection) != role ? ServiceRole.InRole(connection, role) : connection;
    }

    /// <summary>For requests, in the role of the service.</summary>
    public string Service { get; }

    /// <summary>For background work, in the role of the service. Bypasses a pooler, because it listens.</summary>
    public string Background { get; }

    /// <summary>For the owner of the database.</summary>
    public string Owner { get; }

    /// <summary>The login of the service, which assumes its role.</summary>
    public string? Login { get; }

    private static string? LoginOf(string connection) => new NpgsqlConnectionStringBuilder(connection).Username;
}
