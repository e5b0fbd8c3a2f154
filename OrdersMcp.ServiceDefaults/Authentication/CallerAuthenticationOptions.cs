using Microsoft.Extensions.Configuration;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Who may call: the configuration section <c>Authentication</c>.</summary>
public sealed class CallerAuthenticationOptions
{
    public const string Section = "Authentication";

    /// <summary>Long enough that the key cannot be guessed.</summary>
    private const int ShortestServiceKey = 32;

    /// <summary>Admits everybody without a credential. Outside Development, this must be set explicitly.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>The canonical URI of this server (RFC 8707), such as <c>https://mcp.example.com/mcp</c>.</summary>
    public string? Resource { get; set; }

    /// <summary>The accepted keys.</summary>
    public List<ApiKeyOptions> ApiKeys { get; set; } = [];

    /// <summary>
    /// A secret shared with a service of the same deployment, which sends it as <c>X-API-Key</c> and can call on behalf of
    /// others. Set it only in the environment or a secret store.
    /// </summary>
    public string? ServiceKey { get; set; }

    /// <summary>
    /// Keys that are accepted like the <see cref="ServiceKey"/>: the next or the previous key during a replacement. Empty
    /// entries are ignored.
    /// </summary>
    public List<string> AcceptedServiceKeys { get; set; } = [];

    /// <summary>The name of the service that has the <see cref="ServiceKey"/>.</summary>
    public string ServiceName { get; set; } = "mcp";

    /// <summary>The <c>client_id</c>s of services that can call on behalf of others with their own access tokens.</summary>
    public List<string> ServiceClients { get; set; } = [];

    /// <summary>The scopes that a scope implies, such as orders.write: [orders.read].</summary>
    public Dictionary<string, List<string>> ImpliedScopes { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The problems of the settings. Each names its setting.</summary>
    /// <param name="configuration">The source of the settings, because binding silently drops unreadable list entries.</param>
    internal IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var entry in configuration.GetSection($"{Section}:{nameof(ApiKeys)}").GetChildren())
        {
            if (ProblemOf(entry) is { } problem)
            {
                yield return problem;
            }
        }

        for (var i = 0; i < ApiKeys.Count; i++)
        {
            var (key, setting) = (ApiKeys[i], $"{Section}:ApiKeys:{i}");
            if (string.IsNullOrWhiteSpace(key.Name))
            {
                yield return $"{setting}:Name is missing.";
            }

            if (KeyHash.Parse(key.Hash) is not { } hash)
            {
                yield return $"{setting}:Hash is not the hash of a key. The command create-api-key prints one.";
            }
            else if (ApiKeys.Take(i).Any(other => KeyHash.Parse(other.Hash)?.Id == hash.Id))
            {
                yield return $"{setting}:Hash belongs to the same key as an earlier entry.";
            }
        }

        if (ServiceKey is { Length: > 0 and < ShortestServiceKey })
        {
            yield return $"{Section}:ServiceKey is too short; it needs at least {ShortestServiceKey} random characters.";
        }

        for (var i = 0; i < AcceptedServiceKeys.Count; i++)
        {
            if (AcceptedServiceKeys[i] is { Length: > 0 and < ShortestServiceKey })
            {
                yield return $"{Section}:AcceptedServiceKeys:{i} is too short; it needs at least {ShortestServiceKey} random characters.";
            }
        }

        if (AcceptedServiceKeys.Exists(key => !string.IsNullOrEmpty(key)) && string.IsNullOrEmpty(ServiceKey))
        {
            yield return $"{Section}:AcceptedServiceKeys adds keys to {Section}:ServiceKey, which is missing.";
        }

        if (!string.IsNullOrEmpty(Resource) && (!Uri.TryCreate(Resource, UriKind.Absolute, out var resource)
            || resource.Scheme is not ("http" or "https") || resource.Fragment.Length > 0 || resource.Query.Length > 0))
        {
            yield return $"{Section}:Resource is '{Resource}', which is not an http or https URL without query and fragment.";
        }
    }

    private static string? ProblemOf(IConfigurationSection entry)
    {
        try
        {
            return entry.Get<ApiKeyOptions>() is null ? $"{entry.Path} is empty." : null;
        }
        catch (InvalidOperationException exception)
        {
            return exception.Message; // it names the setting
        }
    }
}
