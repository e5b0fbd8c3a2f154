using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>
/// The issuer's name and keys. They are read when the first token comes and again after a while; a token whose key is
/// not among them makes them be read at once, but not more often than the settings say. Keys that are there are kept
/// while the issuer does not answer, and nobody waits for newer ones whose key is there. A reading goes on when the
/// request that began it is given up: else whoever gives up often would keep the keys away from everybody.
/// </summary>
internal sealed partial class IssuerKeys(JwtBearerOptions options, IssuerHttp http, TimeProvider time, ILogger logger) : IDisposable
{
    private const int MostKeys = 100;
    private static readonly TimeSpan RetryAfterFailure = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Snapshot? _current;
    private long _tried;
    private bool _hasTried;

    /// <summary>The keys as they are now; with a key id that they do not have, as they are after another look.</summary>
    /// <exception cref="IssuerUnavailableException">There are none, and the issuer gives none.</exception>
    public async ValueTask<Snapshot> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        var current = _current;
        if (current is not null && (keyId is null || current.Has(keyId)))
        {
            if (!IsFresh(current) && MayTry(options.RefreshInterval))
            {
                _ = RenewAsync();
            }

            return current;
        }

        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_current is not { } known)
            {
                return MayTry(RetryAfterFailure)
                    ? await ReadAsync()
                    : throw new IssuerUnavailableException("The issuer of tokens does not answer.");
            }

            return keyId is null || known.Has(keyId) || !MayTry(options.RefreshInterval) ? known : await ReadOrKeepAsync(known);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    /// <summary>Reads keys anew, unless that is being done.</summary>
    private async Task RenewAsync()
    {
        if (!await _reading.WaitAsync(TimeSpan.Zero))
        {
            return;
        }

        try
        {
            await ReadOrKeepAsync(_current!);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<Snapshot> ReadOrKeepAsync(Snapshot known)
    {
        try
        {
            return await ReadAsync();
        }
        catch (IssuerUnavailableException exception)
        {
            LogKept(exception.Message);
            return known;
        }
    }

    private bool IsFresh(Snapshot snapshot) => time.GetElapsedTime(snapshot.ReadAt) < options.AutomaticRefreshInterval;

    private bool MayTry(TimeSpan pause) => !_hasTried || time.GetElapsedTime(_tried) >= pause;

    private async Task<Snapshot> ReadAsync()
    {
        (_tried, _hasTried) = (time.GetTimestamp(), true);
        var metadata = await ReadMetadataAsync();
        if (Text(metadata, "issuer") is not { } issuer || Text(metadata, "jwks_uri") is not { } keysAddress)
        {
            throw new IssuerUnavailableException("The issuer's metadata has no issuer or no jwks_uri.");
        }

        // RFC 8414, section 3.3: metadata of another issuer must not be used.
        if (!string.IsNullOrEmpty(options.Authority) && string.IsNullOrEmpty(options.MetadataAddress) && options.Issuers.Count == 0
            && issuer.TrimEnd('/') != options.Authority.TrimEnd('/'))
        {
            throw new IssuerUnavailableException(
                $"The metadata under '{options.Authority}' is of the issuer '{issuer}'. Set Authority to that, or list it in ValidIssuers.");
        }

        var set = await http.GetAsync(keysAddress, CancellationToken.None);
        var keys = set.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Take(MostKeys).Where(key => key.ValueKind == JsonValueKind.Object)
                .Select(VerificationKey.Read).OfType<VerificationKey>().ToArray()
            : [];
        if (keys.Length == 0)
        {
            throw new IssuerUnavailableException("The issuer's key set has no key that can be used.");
        }

        LogRead(issuer, keys.Length);
        return _current = new Snapshot(issuer, keys, time.GetTimestamp());
    }

    private async Task<JsonElement> ReadMetadataAsync()
    {
        IssuerUnavailableException? first = null;
        foreach (var address in options.MetadataAddresses())
        {
            try
            {
                return await http.GetAsync(address, CancellationToken.None);
            }
            catch (IssuerUnavailableException exception)
            {
                first ??= exception; // the next well-known address may be it
            }
        }

        throw first!;
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [LoggerMessage(LogLevel.Information, "The issuer {Issuer} has {Count} keys")]
    private partial void LogRead(string issuer, int count);

    [LoggerMessage(LogLevel.Warning, "The issuer's keys could not be read again ({Reason}); those that are known stay in use")]
    private partial void LogKept(string reason);

    /// <summary>One reading of metadata and keys.</summary>
    internal sealed record Snapshot(string Issuer, IReadOnlyList<VerificationKey> Keys, long ReadAt)
    {
        public bool Has(string keyId) => Keys.Any(key => key.Id == keyId);
    }
}
