using Azure.Core;
using Azure.Identity;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>Logs in to a database whose connection string has no password.</summary>
internal static class DatabaseLogin
{
    /// <summary>The client id of an Azure managed identity; the platform sets it.</summary>
    public const string ClientIdSetting = "AZURE_CLIENT_ID";

    // https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-with-managed-identity
    private static readonly TokenRequestContext Database = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    // The credential caches its token and renews it early, so frequent requests are cheap. The server checks a token only
    // when a connection opens.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AskAgainAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Takes the configuration and credential from the services. Tests register their own credential.</summary>
    public static NpgsqlDataSourceBuilder UseManagedIdentity(
        this NpgsqlDataSourceBuilder builder, IServiceProvider services) => builder.UseManagedIdentity(
            services.GetRequiredService<IConfiguration>(), services.GetService<TokenCredential>());

    /// <summary>
    /// Logs in with a token of the managed identity in <c>AZURE_CLIENT_ID</c>, if the connection string has no password.
    /// </summary>
    public static NpgsqlDataSourceBuilder UseManagedIdentity(
        this NpgsqlDataSourceBuilder builder, IConfiguration configuration, TokenCredential? credential = null)
    {
        if (builder.ConnectionStringBuilder.Password is not null
            || configuration[ClientIdSetting] is not { Length: > 0 } client)
        {
            return builder;
        }

        var identity = credential ?? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client));
        return builder.UsePeriodicPasswordProvider(
            async (_, cancellationToken) => (await identity.GetTokenAsync(Database, cancellationToken)).Token,
            AskAgain,
            AskAgainAfterFailure);
    }
}
