using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// The issuer's name and keys. They are read when the first token comes and again after a while; a token whose key is
/// not among them makes them be read at once, but not more often than the settings say. Keys that are there are kept
/// while the issuer does not answer, and nobody waits for newer ones whose key is there. A reading goes on when the
/// request that began it is given up: else whoever gives up often would keep the keys away from everybody.
/// </summary>
/// <remarks>
/// The package's own <see cref="ConfigurationManager{T}"/> either reads behind the back of a token with a new key, which
/// it refuses meanwhile, or makes everybody wait for the reading.
/// </remarks>
internal sealed partial class IssuerKeys(JwtBearerOptions options, TimeProvider time, ILogger logger)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>More keys that fit a token which names none are not worth the work.</summary>
    private const int MostTrials = 8;

    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IssuerMetadata _metadata = new(options);
    private readonly Lock _turn = new();
    private volatile Snapshot? _current;
    private Task? _reading;
    private long _began;

    /// <summary>The keys that a token of this header may be checked with.</summary>
    public IEnumerable<SecurityKey> Fitting(string algorithm, string? keyId) => (_current?.Keys ?? [])
        .Where(key => (string.IsNullOrEmpty(keyId) || key.Kid == keyId) && VerificationKeys.Fits(key, algorithm)).Take(MostTrials);

    /// <summary>Sees to it that the keys are there; with a key id that they do not have, that there was another look.</summary>
    /// <exception cref="IssuerUnavailableException">There are none, and the issuer gives none.</exception>
    public async Task<OpenIdConnectConfiguration> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (_current is { } current && current.Has(keyId))
        {
            if (time.GetElapsedTime(current.ReadAt) >= options.AutomaticRefreshInterval)
            {
                RequestRefresh();
            }
        }
        else
        {
            await ReadSoon().WaitAsync(cancellationToken);
        }

        return _current!.Issuer;
    }

    public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => GetAsync(keyId: null, cancel);

    public void RequestRefresh() => _ = ReadSoon();

    /// <summary>The reading that goes on, or one that begins now; the last one where it is too early for another.</summary>
    private Task ReadSoon()
    {
        lock (_turn)
        {
            var pause = _current is null ? RetryAfterFailure : options.RefreshInterval;
            if (_reading is null || (_reading.IsCompleted && time.GetElapsedTime(_began) >= pause))
            {
                _began = time.GetTimestamp();
                _reading = ReadAsync();
            }

            return _reading;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var issuer = await _metadata.ReadAsync();
            JsonWebKey[] keys = [.. issuer.JsonWebKeySet.Keys];
            LogRead(options.Authority ?? options.MetadataAddress, keys.Length);
            _current = new Snapshot(issuer, keys, time.GetTimestamp());
        }
        catch (IssuerUnavailableException exception) when (_current is not null)
        {
            LogKept(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "The issuer {Issuer} has {Count} keys")]
    private partial void LogRead(string? issuer, int count);

    [LoggerMessage(LogLevel.Warning, "The issuer's keys could not be read again ({Reason}); those that are known stay in use")]
    private partial void LogKept(string reason);

    /// <summary>One reading of metadata and keys.</summary>
    private sealed record Snapshot(OpenIdConnectConfiguration Issuer, JsonWebKey[] Keys, long ReadAt)
    {
        public bool Has(string? keyId) => keyId is null || Array.Exists(Keys, key => key.Kid == keyId);
    }
}
