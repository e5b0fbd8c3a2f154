using System.CommandLine;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Api.Seeding;
using OrdersMcp.ServiceDefaults.Start;

namespace OrdersMcp.Api;

/// <summary>
/// The commands of the API; without one, it serves. Settings (<c>--key=value</c>, <c>--key value</c>) can appear anywhere.
/// Every other word must be a command or one of its options.
/// </summary>
internal static class ApiCommandLine
{
    private const int MaxOrders = 10_000_000;

    /// <param name="arguments">The command line.</param>
    /// <param name="serve">Serves HTTP with the settings in its argument.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(
        string[] arguments, Func<string[], Task> serve, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var given = ProgramArguments.Of(arguments);
        var root = new RootCommand(
            "The orders API. Without a command it serves HTTP. Any setting can be given as --key=value, such as "
            + "--urls=http://localhost:5100.")
        {
            ProgramCommandLine.Urls(),
            Seed(given.Settings, output, error),
            GrantAccess(given.Settings, output, error),
            Migrate(given.Settings, output, error),
        };
        root.SetAction((_, _) => serve(given.Settings));
        return ProgramCommandLine.RunAsync(root, given, output, error, cancellationToken);
    }

    private static Command Seed(string[] settings, TextWriter output, TextWriter error)
    {
        var orders = new Option<int>("--orders")
        {
            Description = $"Number of orders, from 1 to {MaxOrders}.",
            HelpName = "N",
            Required = true,
        };
        orders.Validators.Add(given =>
        {
            if (given.Errors.Any() || given.Tokens.Count == 0)
            {
                return; // the parser reports it
            }

            if (!int.TryParse(given.Tokens[0].Value, out var number) || number is < 1 or > MaxOrders)
            {
                given.AddError($"--orders must be a number from 1 to {MaxOrders}.");
            }
        });
        var seed = new Command(
            "seed", "Fills the database ConnectionStrings:ordersdb (ConnectionStrings__ordersdb) with generated orders.") { orders };
        seed.SetAction((line, cancellationToken) =>
            SeedCommand.RunAsync(line.GetValue(orders), settings, output, error, cancellationToken));
        return seed;
    }

    private static Command Migrate(string[] settings, TextWriter output, TextWriter error)
    {
        var migrate = new Command(
            "migrate",
            "Brings the database in ConnectionStrings:ordersdb up to date, as its owner (ConnectionStrings:ordersdb-migrations, "
            + "if there is one). With Database:MigrateAtStart=false the service leaves this to the command.");
        migrate.SetAction((_, cancellationToken) => MigrateCommand.RunAsync(settings, output, error, cancellationToken));
        return migrate;
    }

    private static Command GrantAccess(string[] settings, TextWriter output, TextWriter error)
    {
        var grant = new Command(
            "grant-access",
            "Prepares the database server in ConnectionStrings:ordersdb with an administrator's login, so that the API needs "
            + "no such login. Pass passwords as environment variables (Access__OwnerPassword, Access__ServicePassword), because "
            + "other users can see a command line.")
        {
            Setting("--Access:Role", "The name of the Entra ID identity that gets access."),
            Setting("--Access:ObjectId", "The object id of that identity."),
            Setting("--Access:OwnerPassword", "Instead of an identity: the password of the database owner."),
            Setting("--Access:ServicePassword", "The password of the login that the API uses."),
            Setting($"--{PasswordLogins.OwnerSetting}", $"The name of the database owner, {PasswordLogins.DefaultOwner} by default."),
            Setting($"--{ServiceRole.Setting}", $"The database role of the API, {ServiceRole.DefaultName} by default."),
        };
        grant.SetAction((_, cancellationToken) =>
        {
            var builder = WebApplication.CreateBuilder(settings); // reads the settings as the service does
            return GrantAccessCommand.RunAsync(builder.Configuration, builder.Environment, output, error, cancellationToken);
        });
        return grant;

        // Declared for --help. The values are settings.
        static Option<string> Setting(string name, string description) => new(name) { Description = description, HelpName = "value" };
    }
}
