using System.CommandLine;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Api.Seeding;

namespace OrdersMcp.Api;

/// <summary>
/// The commands of the API; without one, it serves. Settings (<c>--key=value</c>, <c>--key value</c>) can appear anywhere:
/// the configuration reads the whole command line. Every other word must be a command or one of its options.
/// </summary>
internal static class ApiCommandLine
{
    private const int UsageError = 2;
    private const int MaxOrders = 10_000_000;

    // The configuration knows neither bundled options nor response files.
    private static readonly ParserConfiguration Plain = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    /// <returns>The exit code of the command, or null to start the server.</returns>
    public static async Task<int?> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var root = new RootCommand(
            "The orders API. Without a command it serves HTTP. Any setting can be given as --key=value, such as "
            + "--urls=http://localhost:5100.")
        {
            Seed(args, output, error),
            GrantAccess(args, output, error),
        };
        root.SetAction(_ => 0); // the server, which the caller starts
        var line = root.Parse(WithoutSettings(root, args), Plain);
        if (line.Action == root.Action && line.Errors.Count == 0)
        {
            return null;
        }

        // After a mistake all output goes to standard error: it is for people, not for a pipe.
        var isMistake = line.Errors.Count > 0;
        var exitCode = await line.InvokeAsync(
            new InvocationConfiguration
            {
                Output = isMistake ? error : output,
                Error = error,
                EnableDefaultExceptionHandler = false,
            },
            cancellationToken);
        return isMistake ? UsageError : exitCode;
    }

    private static Command Seed(string[] args, TextWriter output, TextWriter error)
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
            SeedCommand.RunAsync(line.GetValue(orders), args, output, error, cancellationToken));
        return seed;
    }

    private static Command GrantAccess(string[] args, TextWriter output, TextWriter error)
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
            var settings = WebApplication.CreateBuilder(args); // reads the settings as the service does
            return GrantAccessCommand.RunAsync(settings.Configuration, settings.Environment, output, error, cancellationToken);
        });
        return grant;

        static Option<string> Setting(string name, string description) => new(name) { Description = description, HelpName = "value" };
    }

    /// <summary>The words for the commands and their options.</summary>
    private static List<string> WithoutSettings(RootCommand root, string[] args)
    {
        var options = NamesOf(root).ToHashSet(StringComparer.Ordinal);
        var words = new List<string>();
        for (var index = 0; index < args.Length; index++)
        {
            var word = args[index];
            var isKey = word.StartsWith('-') || word.StartsWith('/');
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (options.Contains(equals < 0 ? word : word[..equals]))
            {
                // The parser would split the name at its colon.
                words.AddRange(equals < 0 ? [word] : [word[..equals], word[(equals + 1)..]]);
            }
            else if (equals > 0)
            {
                // --key=value, /key=value, key=value
            }
            else if (isKey && index + 1 < args.Length && !args[index + 1].StartsWith("--", StringComparison.Ordinal))
            {
                index++; // --key value
            }
            else
            {
                words.Add(word);
                // After a command its options are options; before it, the same names are settings of the server.
                options.UnionWith(root.Subcommands.Where(command => command.Name == word).SelectMany(NamesOf));
            }
        }

        return words;

        static IEnumerable<string> NamesOf(Command command) =>
            command.Options.SelectMany(option => option.Aliases.Append(option.Name));
    }
}
