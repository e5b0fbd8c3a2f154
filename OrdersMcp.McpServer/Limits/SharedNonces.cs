using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Confirmation;
using StackExchange.Redis;

namespace OrdersMcp.McpServer.Limits;

/// <summary>Remembers used confirmations in the store, for all replicas together, and in this process for an outage.</summary>
internal sealed class SharedNonces(LimitStore store, UsedNonces own, IOptions<LimitStoreOptions> options, TimeProvider time) : IUsedNonces
{
    /// <summary>A replica whose clock is behind accepts a confirmation for longer.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(1);

    public async ValueTask<NonceUse> UseAsync(string nonce, DateTimeOffset expires)
    {
        var life = expires - time.GetUtcNow() + ClockDifference;
        var isFirst = await store.AskAsync("nonce", database => database.StringSetAsync($"{LimitStore.Prefix}nonce:{nonce}", 1, life, When.NotExists));
        return isFirst switch
        {
            false => NonceUse.Again,
            null when options.Value.WhenAway == StoreAbsence.Closed => NonceUse.Unknown,
            _ => await own.UseAsync(nonce, expires),
        };
    }
}
