namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>
/// Text that somebody outside wrote: data, and never an instruction. The OpenAPI document says so with
/// <c>x-untrusted</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UntrustedAttribute : Attribute;
