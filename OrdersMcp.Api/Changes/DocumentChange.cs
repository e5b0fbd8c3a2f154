namespace OrdersMcp.Api.Changes;

/// <summary>The OpenAPI document that readers should have.</summary>
/// <param name="EntityTag">Its <c>ETag</c>.</param>
internal sealed record DocumentChange(string EntityTag);
