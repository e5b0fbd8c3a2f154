namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>A valid value of a parameter or property, shown in the OpenAPI document.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class ExampleAttribute(object value) : Attribute
{
    public object Value { get; } = value;
}
