using Microsoft.Extensions.Configuration;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Who may call; the configuration section <c>Authentication</c>.</summary>
public sealed class CallerAuthenticationOptions
{
    public const string Section = "Authentication";

    /// <summary>A key that is guessed must not be worth guessing.</summary>
    private const int ShortestServiceKey = 32;

    /// <summary>Lets everybody in who brings no credential. It has to be asked for by name outside of Development.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>The canonical URI of this server (RFC 8707), such as <c>https://mcp.example.com/mcp</c>.</summary>
    public string? Resource { get; set; }

    /// <summary>The keys that are accepted.</summary>
    public List<ApiKeyOptions> ApiKeys { get; set; } = [];

    /// <summary>
    /// A secret that a service of the same deployment shares, sent as <c>X-API-Key</c>: it may call on behalf of others.
    /// From the environment or a secret store only.
    /// </summary>
    public string? ServiceKey { get; set; }

    /// <summary>The name of the service that has the <see cref="ServiceKey"/>.</summary>
    public string ServiceName { get; set; } = "mcp";

    /// <summary>The <c>client_id</c>s of services that may call on behalf of others with an access token of theirs.</summary>
    public List<string> ServiceClients { get; set; } = [];

    /// <summary>What a scope includes besides itself, such as orders.write: [orders.read].</summary>
    public Dictionary<string, List<string>> ImpliedScopes { get; set; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the settings; each names its key.</summary>
    /// <param name="configuration">What they were read from: an entry of a list that cannot be read is left out of it.</param>
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
                yield return $"{setting}:Hash is not the hash of a key. The command create-api-key writes one.";
            }
            else if (ApiKeys.Take(i).Any(other => KeyHash.Parse(other.Hash)?.Id == hash.Id))
            {
                yield return $"{setting}:Hash is of the same key as an earlier entry.";
            }
        }

        if (ServiceKey is { Length: > 0 and < ShortestServiceKey })
        {
            yield return $"{Section}:ServiceKey is too short; it takes at least {ShortestServiceKey} random characters.";
        }

        if (!string.IsNullOrEmpty(Resource) && (!Uri.TryCreate(Resource, UriKind.Absolute, out var resource)
            || resource.Scheme is not ("http" or "https") || resource.Fragment.Length > 0 || resource.Query.Length > 0))
        {
            yield return $"{Section}:Resource is '{Resource}', which is no address without query and fragment.";
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
