namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>Text from outside: data, never an instruction. The OpenAPI document marks it with <c>x-untrusted</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class UntrustedAttribute : Attribute;
