using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

/// <summary>
/// <c>create-api-key --name N --scopes "a b" [--expires 2027-01-31] [--tools "x y"] [--customer 7]</c>: prints a new key,
/// once, and the setting that admits its holder, which contains only the key's hash.
/// </summary>
public static class CreateApiKeyCommand
{
    private const string Usage =
        "create-api-key --name NAME --scopes \"SCOPE …\" [--expires DATE] [--tools \"TOOL …\"] [--customer ID]";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
    private static readonly string[] Options = ["--name", "--scopes", "--expires", "--tools", "--customer"];

    /// <returns>The exit code: 0, or 2 for invalid options.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < args.Length; i += 2)
        {
            if (!Options.Contains(args[i], StringComparer.Ordinal) || i + 1 >= args.Length || !given.TryAdd(args[i], args[i + 1]))
            {
                return await RefuseAsync(error, $"'{args[i]}' is not an option, has no value, or is repeated.");
            }
        }

        if (!given.TryGetValue("--name", out var name) || string.IsNullOrWhiteSpace(name) || !given.TryGetValue("--scopes", out var scopes))
        {
            return await RefuseAsync(error, "A key needs a name and scopes.");
        }

        DateTimeOffset? expires = null;
        if (given.TryGetValue("--expires", out var date))
        {
            if (!DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
            {
                return await RefuseAsync(error, $"'{date}' is not a date such as 2027-01-31 or 2027-01-31T12:00:00Z.");
            }

            expires = parsed.ToUniversalTime();
        }

        var key = ApiKey.Create();
        var entry = new JsonObject
        {
            ["Name"] = name,
            ["Hash"] = KeyHash.Of(key.Id, key.Secret).Text,
            ["Scopes"] = List(scopes),
        };
        if (expires is not null)
        {
            entry["Expires"] = expires.Value.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }

        if (given.TryGetValue("--tools", out var tools))
        {
            entry["Tools"] = List(tools);
        }

        if (given.TryGetValue("--customer", out var customer))
        {
            entry["CustomerId"] = customer;
        }

        await output.WriteLineAsync($"""
            The key of '{name}'. It is shown this once and kept nowhere. Its holder sends it as 'X-API-Key: …' or 'Authorization: Bearer …':

            {key.Text}

            It is let in by the entry below (the hash is no secret, but need not be public). The entry goes into one of these:

            - a file: appsettings.Production.json in the folder of the server's program, or that of another environment;
            - environment variables of the server; 0 is the place in the list:

            {string.Join('\n', Variables(entry))}

            - the user secrets of the AppHost, for the stack that it starts (the caller is then named 'agent'):

              dotnet user-secrets --project OrdersMcp.AppHost set Parameters:api-key-hash '{entry["Hash"]}'
              dotnet user-secrets --project OrdersMcp.AppHost set Parameters:api-key-scopes '{string.Join(' ', List(scopes).Select(word => word!.ToString()))}'

            The entry:

            {new JsonObject { ["Authentication"] = new JsonObject { ["ApiKeys"] = new JsonArray(entry) } }.ToJsonString(Readable)}
            """);
        return 0;
    }

    /// <summary>The entry as environment variables, for a shell.</summary>
    private static IEnumerable<string> Variables(JsonObject entry) => entry.SelectMany(member => member.Value is JsonArray words
        ? words.Select((word, index) => Variable($"{member.Key}__{index}", word))
        : [Variable(member.Key, member.Value)]);

    private static string Variable(string name, JsonNode? value) =>
        $"  Authentication__ApiKeys__0__{name}='{value?.ToString().Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static JsonArray List(string words) =>
        [.. words.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(word => (JsonNode)word)];

    private static async Task<int> RefuseAsync(TextWriter error, string problem)
    {
        await error.WriteLineAsync($"{problem}\n\nUsage: {Usage}");
        return 2;
    }
}
