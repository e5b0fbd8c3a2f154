using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Security;
using OrdersMcp.OpenApiTools.Signing;
using StackExchange.Redis;

namespace OrdersMcp.McpServer.Limits;

/// <summary>Counts requests in the store, for all replicas together (docs/decisions/0025-shared-limits.md).</summary>
internal sealed class SharedRates(
    LimitStore store, ProcessRates own, SigningKey key, IOptions<LimitOptions> limits, IOptions<LimitStoreOptions> options) : ICallRates
{
    /// <summary>
    /// The generic cell rate algorithm, which is a token bucket in one number: the time at which all requests so far would
    /// have been made at exactly the rate. A request that would move it further into the future than a burst reaches is
    /// refused, and the excess is the time to wait. The clock is the store's, in microseconds; the numbers are formatted,
    /// because Lua would round them to 14 digits.
    /// </summary>
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval = 1000000 / ARGV[1]
        local made = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + interval
        local wait = made - interval * ARGV[2] - now
        if wait > 0 then return math.ceil(wait) end
        redis.call('SET', KEYS[1], string.format('%.2f', made), 'PX', math.ceil((made - now) / 1000))
        return 0
        """;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly byte[] _key = key.For("limits");

    public async ValueTask<Excess?> TakeAsync(CallClass kind, string caller)
    {
        var (name, rate) = limits.Value.Of(kind);
        var wait = await store.AskAsync("rate", async database => (long)await database.ScriptEvaluateAsync(
            Script, [KeyOf(name, caller)], [rate.PerSecond, rate.Burst]));
        return wait switch
        {
            0 => null,
            { } microseconds => new Excess(TimeSpan.FromMicroseconds(microseconds), name),
            null when options.Value.WhenAway == StoreAbsence.Closed => new Excess(Soon, CallLimits.StoreLimit),
            null => await own.TakeAsync(kind, caller),
        };
    }

    /// <summary>
    /// A keyed hash of the caller's name, which can be an e-mail address. Without the key, a hash could be compared with those
    /// of known addresses.
    /// </summary>
    private RedisKey KeyOf(string name, string caller) =>
        $"{LimitStore.Prefix}rate:{name}:{Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(caller)).AsSpan(0, 16))}";
}
