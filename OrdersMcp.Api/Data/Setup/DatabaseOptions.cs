using Microsoft.Extensions.Options;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>The settings <c>Database:…</c>, and the connection strings of the database.</summary>
internal sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>The role of the service. If it is empty, the service works as its login.</summary>
    public string ServiceRole { get; set; } = Setup.ServiceRole.DefaultName;

    /// <summary>Allows connections to other machines without TLS, for networks that are themselves encrypted.</summary>
    public bool AllowPlaintext { get; set; }

    /// <summary>The maximum number of connections of this instance, without the short ones of the owner.</summary>
    public int Connections { get; set; } = 54;

    /// <summary>
    /// Whether this instance migrates the database at start. If not, it waits until the command <c>migrate</c> has run.
    /// </summary>
    public bool MigrateAtStart { get; set; } = true;

    /// <summary>The connection string of the service.</summary>
    internal string? Connection { get; set; }

    /// <summary>The connection string for listening, if the service's own goes through a pooler.</summary>
    internal string? Direct { get; set; }

    /// <summary>The connection string of the owner, if the service has another login.</summary>
    internal string? Migrations { get; set; }

    /// <exception cref="InvalidOperationException">A value has the wrong type; the message names its setting.</exception>
    public static DatabaseOptions Of(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<DatabaseOptions>() ?? new DatabaseOptions();
        options.ReadConnections(configuration);
        return options;
    }

    public void ReadConnections(IConfiguration configuration)
    {
        Connection = configuration.GetConnectionString(DatabaseSetup.ConnectionName);
        Direct = configuration.GetConnectionString(DatabaseSetup.DirectConnectionName);
        Migrations = configuration.GetConnectionString(DatabaseSetup.MigrationsConnectionName);
    }

    /// <summary>The problems of the connection strings. Each names its setting.</summary>
    public IEnumerable<string> ConnectionProblems(IHostEnvironment environment)
    {
        if (string.IsNullOrWhiteSpace(Connection))
        {
            yield return $"The connection string '{DatabaseSetup.ConnectionName}' is missing. Set ConnectionStrings:{DatabaseSetup.ConnectionName} "
                + $"(environment variable ConnectionStrings__{DatabaseSetup.ConnectionName}), for example to "
                + $"'Host=localhost;Database={DatabaseSetup.ConnectionName};Username=postgres;Password=…'.";
        }

        foreach (var (name, text) in new[] { (DatabaseSetup.ConnectionName, Connection), (DatabaseSetup.DirectConnectionName, Direct), (DatabaseSetup.MigrationsConnectionName, Migrations) })
        {
            if (!string.IsNullOrWhiteSpace(text) && ConnectionProblem(name, text, environment) is { } problem)
            {
                yield return problem;
            }
        }
    }

    private string? ConnectionProblem(string name, string text, IHostEnvironment environment)
    {
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(text);
            return environment.IsDevelopment() || AllowPlaintext ? null : DatabaseTransport.Problem(name, connection);
        }
        catch (ArgumentException exception)
        {
            // Npgsql has no other way to check a connection string. The message contains the wrong keyword, but not its value.
            return $"The setting ConnectionStrings:{name} is not a PostgreSQL connection string: {exception.Message}";
        }
    }
}

/// <summary>Ends the start if the service could not work in its role, or could send data over a network in plain text.</summary>
internal sealed class DatabaseOptionsValidator(IHostEnvironment environment) : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        var problems = options.ConnectionProblems(environment).ToList();
        if (options.ServiceRole.Length > 0 && ServiceRole.NameProblem(ServiceRole.Setting, options.ServiceRole) is { } problem)
        {
            problems.Add($"{problem} Omit it for the default, or set it to an empty value to work as the login itself.");
        }

        if (options.Connections is < DatabaseConnections.Fewest or > DatabaseConnections.Most)
        {
            problems.Add($"{DatabaseOptions.Section}:{nameof(DatabaseOptions.Connections)} is {options.Connections}; it must be from "
                + $"{DatabaseConnections.Fewest} to {DatabaseConnections.Most}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
