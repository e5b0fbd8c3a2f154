using Aspire.Hosting.Azure;

namespace OrdersMcp.AppHost.Deployment;

/// <summary>PostgreSQL in Azure, that only the system's own network reaches.</summary>
/// <remarks>
/// Two identities: the API's may log in to the database and owns what is in ordersdb, and is no administrator of the
/// server; the administrator's belongs to a job that is started by hand, and does nothing but let the API in. The MCP
/// server has none, as it needs nothing of Azure.
/// </remarks>
internal static class AzureDatabase
{
    private const string ApiIdentity = "api-identity";
    private const string AdministratorIdentity = "database-administrator";

    /// <summary>
    /// A flexible server with Entra identities only, and without a public address. A private endpoint takes the place of
    /// the rule that would let all of Azure in.
    /// </summary>
    public static OrdersDatabase AddAzureDatabase(this IDistributedApplicationBuilder builder)
    {
        var server = builder.AddAzurePostgresFlexibleServer(OrdersDatabase.Server);
        var data = builder.Resources.OfType<AzureSubnetResource>()
            .Single(subnet => subnet.Name == AzureDeployment.DataSubnet);
        builder.CreateResourceBuilder(data)
            .AddPrivateEndpoint(server);

        // By default whoever refers to the server becomes its administrator.
        foreach (var standard in server.Resource.Annotations.OfType<DefaultRoleAssignmentsAnnotation>().ToArray())
        {
            server.Resource.Annotations.Remove(standard);
        }

        var database = server.AddDatabase(OrdersDatabase.Name);
        var api = builder.AddAzureUserAssignedIdentity(ApiIdentity);
        // No roles of Azure: for this resource an assignment without roles makes the identity its administrator.
        var administrator = builder.AddAzureUserAssignedIdentity(AdministratorIdentity)
            .WithAnnotation(new RoleAssignmentAnnotation(server.Resource, new HashSet<RoleDefinition>()));

        var access = OrdersDatabase.AddAccessJob(builder, Connection(database, administrator))
            .WithAzureUserAssignedIdentity(administrator)
            .WithEnvironment("Access__Role", api.Resource.PrincipalName)
            .WithEnvironment("Access__ObjectId", api.Resource.PrincipalId)
            .PublishAsAzureContainerAppJob();
        return new OrdersDatabase(database, access, new Dictionary<string, ReferenceExpression>(StringComparer.Ordinal)
        {
            [OrdersDatabase.Name] = Connection(database, api),
        });
    }

    /// <summary>The API logs in as its own identity.</summary>
    public static IResourceBuilder<ProjectResource> WithAzureIdentity(this IResourceBuilder<ProjectResource> api) =>
        api.WithAzureUserAssignedIdentity(api.ApplicationBuilder.CreateResourceBuilder(api.ApplicationBuilder.Resources
            .OfType<AzureUserAssignedIdentityResource>().Single(found => found.Name == ApiIdentity)));

    /// <summary>There is no password in it: the program fetches a token for its identity.</summary>
    private static ReferenceExpression Connection(
        IResourceBuilder<IResourceWithConnectionString> database,
        IResourceBuilder<AzureUserAssignedIdentityResource> identity) =>
        ReferenceExpression.Create($"{database};Username={identity.Resource.PrincipalName};SSL Mode=VerifyFull");
}
