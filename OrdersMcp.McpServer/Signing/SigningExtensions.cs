namespace OrdersMcp.McpServer.Signing;

/// <summary>Puts the signing key into the application.</summary>
internal static class SigningExtensions
{
    public static void AddSigning(this IServiceCollection services) => services.AddSingleton<SigningKey>();
}
