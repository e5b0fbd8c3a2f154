using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// The issuer's name and keys. They are read for the first token and then at intervals. A token with an unknown key triggers
/// a read at once, at most as often as the settings allow. Known keys stay in use while the issuer does not respond, and a
/// token with a known key never waits for a read. A read continues if the request that started it is cancelled; otherwise a
/// client that keeps cancelling could prevent all reads.
/// </summary>
/// <remarks>
/// The package's own <see cref="ConfigurationManager{T}"/> either reads in the background, and rejects a token with a new key
/// meanwhile, or makes all requests wait for the read.
/// </remarks>
internal sealed partial class IssuerKeys(JwtBearerOptions options, TimeProvider time, ILogger logger)
    : IConfigurationManager<OpenIdConnectConfiguration>
{
    /// <summary>The maximum number of keys to try for a token that names no key.</summary>
    private const int MostTrials = 8;

    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IssuerMetadata _metadata = new(options);
    private readonly Lock _turn = new();
    private volatile Snapshot? _current;
    private Task? _reading;
    private long _began;

    /// <summary>The keys that can verify a token with this header.</summary>
    public IEnumerable<SecurityKey> Fitting(string algorithm, string? keyId) => (_current?.Keys ?? [])
        .Where(key => (string.IsNullOrEmpty(keyId) || key.Kid == keyId) && VerificationKeys.Fits(key, algorithm)).Take(MostTrials);

    /// <summary>Loads the keys if there are none, or if they do not contain the key id.</summary>
    /// <exception cref="IssuerUnavailableException">There are no keys, and the issuer provides none.</exception>
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

    /// <summary>The current read, or a new one; the last one if it is too early for another.</summary>
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

    [LoggerMessage(LogLevel.Warning, "Cannot refresh the issuer's keys ({Reason}); the known keys stay in use")]
    private partial void LogKept(string reason);

    /// <summary>The metadata and keys of one read.</summary>
    private sealed record Snapshot(OpenIdConnectConfiguration Issuer, JsonWebKey[] Keys, long ReadAt)
    {
        public bool Has(string? keyId) => keyId is null || Array.Exists(Keys, key => key.Kid == keyId);
    }
}
