namespace OrdersMcp.OpenApiTools.Signing;

/// <summary>Adds the signing key to the application.</summary>
internal static class SigningExtensions
{
    public static void AddSigning(this IServiceCollection services) => services.AddSingleton<SigningKey>();
}
