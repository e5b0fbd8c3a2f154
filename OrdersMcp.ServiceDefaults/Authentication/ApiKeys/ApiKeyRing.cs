using System.Collections.Frozen;
using System.Security.Claims;

namespace OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

/// <summary>The accepted keys in the current settings. Keys can be added or removed without a restart.</summary>
internal sealed class ApiKeyRing(CallerSettings settings, TimeProvider time)
{
    /// <summary>The scheme's name.</summary>
    public const string Scheme = "ApiKey";

    private const int LongestKey = 512;
    private const string ServiceName = "service";

    /// <summary>Checked for an unknown id, so that known and unknown ids take the same time.</summary>
    private static readonly KeyHash Nobody = KeyHash.Of("", ApiKey.Create().Secret);

    private volatile State _state = State.Of(settings.Current);

    /// <summary>The holder of the key.</summary>
    /// <exception cref="KeyRefusedException">The key is unknown or has expired.</exception>
    public ClaimsPrincipal Find(string text)
    {
        var state = _state.IsOf(settings.Current) ? _state : _state = State.Of(settings.Current);
        if (text.Length > LongestKey)
        {
            throw new KeyRefusedException("the API key is not valid");
        }

        if (ApiKey.Parse(text) is not { } key)
        {
            return state.IsOfService(text)
                ? state.ServicePrincipal
                : throw new KeyRefusedException("the API key is not valid");
        }

        var isKnown = state.Keys.TryGetValue(key.Id, out var entry);
        if (!(entry?.Hash ?? Nobody).IsOf(key.Secret) || !isKnown)
        {
            throw new KeyRefusedException("the API key is not valid");
        }

        return entry!.Options.Expires <= time.GetUtcNow()
            ? throw new KeyRefusedException("the API key has expired")
            : entry.Principal;
    }

    private sealed record Entry(KeyHash Hash, ApiKeyOptions Options, ClaimsPrincipal Principal);

    private sealed record State(
        CallerAuthenticationOptions Options, FrozenDictionary<string, Entry> Keys, KeyHash[] ServiceKeys, ClaimsPrincipal ServicePrincipal)
    {
        public bool IsOf(CallerAuthenticationOptions options) => ReferenceEquals(Options, options);

        /// <summary>Compares with every key, so the duration does not reveal which key matches.</summary>
        public bool IsOfService(string text) => ServiceKeys.Aggregate(seed: false, (isOf, key) => key.IsOf(text) | isOf);

        public static State Of(CallerAuthenticationOptions options) => new(
            options,
            options.ApiKeys
                .Select(key => new Entry(KeyHash.Parse(key.Hash)!, key, PrincipalOf(key)))
                .ToFrozenDictionary(entry => entry.Hash.Id, StringComparer.Ordinal),
            [
                .. options.AcceptedServiceKeys.Prepend(options.ServiceKey ?? "").Where(key => !string.IsNullOrEmpty(key))
                    .Select(key => KeyHash.Of(ApiKeyRing.ServiceName, key)),
            ],
            CallerClaims.Principal(
                Scheme, CallerName.OfKey(options.ServiceName), client: null, [CallerAccess.Everything], actsForOthers: true));

        private static ClaimsPrincipal PrincipalOf(ApiKeyOptions key) => CallerClaims.Principal(
            Scheme, CallerName.OfKey(key.Name), client: null, key.Scopes, key.CustomerId, key.Tools, actsForOthers: key.ActsForOthers,
            expires: key.Expires);
    }
}

/// <summary>A key is rejected. The message, which the client sees, gives the reason.</summary>
internal sealed class KeyRefusedException(string message) : Exception(message);
