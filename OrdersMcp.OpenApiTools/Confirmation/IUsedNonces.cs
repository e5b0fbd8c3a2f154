namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>The used confirmations. They protect operations without an idempotency key from repeated calls.</summary>
internal interface IUsedNonces
{
    /// <summary>Marks a nonce as used.</summary>
    ValueTask<NonceUse> UseAsync(string nonce, DateTimeOffset expires);
}

/// <summary>What is known of a nonce when it is used.</summary>
internal enum NonceUse
{
    /// <summary>It was not used before.</summary>
    First,

    /// <summary>It was used before.</summary>
    Again,

    /// <summary>It cannot be known, because the store of the replicas does not answer.</summary>
    Unknown,
}
