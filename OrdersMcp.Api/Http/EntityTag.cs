namespace OrdersMcp.Api.Http;

/// <summary>A version as an entity tag: 3 is <c>"3"</c>.</summary>
internal static class EntityTag
{
    public static string Of(int version) => $"\"{version}\"";
}
