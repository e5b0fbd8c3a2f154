using Azure.Core;
using Azure.Identity;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>How the service logs in to a database whose connection string has no password.</summary>
internal static class DatabaseLogin
{
    /// <summary>The client id of a managed identity of Azure; the platform sets it.</summary>
    public const string ClientIdSetting = "AZURE_CLIENT_ID";

    // https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-with-managed-identity
    private static readonly TokenRequestContext Database = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    // The credential keeps its token, and fetches the next one well before the end of the old: asking often is cheap. A
    // token is looked at only when a connection is opened.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AskAgainAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>The same for a service; a test has a credential of its own.</summary>
    public static NpgsqlDataSourceBuilder UseManagedIdentity(
        this NpgsqlDataSourceBuilder builder, IServiceProvider services) => builder.UseManagedIdentity(
            services.GetRequiredService<IConfiguration>(), services.GetService<TokenCredential>());

    /// <summary>
    /// Logs in with a token of the managed identity that <c>AZURE_CLIENT_ID</c> names, where the connection string has no
    /// password; otherwise nothing changes.
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
