using Aspire.Hosting.Azure;

namespace OrdersMcp.AppHost.Deployment;

/// <summary>
/// Azure: an environment of Container Apps in a network of its own, and a PostgreSQL that only this network reaches.
/// </summary>
/// <remarks>
/// Three identities: the API's may log in to the database and owns what is in ordersdb, and is no administrator of the
/// server; the administrator's belongs to a job that is started by hand, and does nothing but let the API in; the
/// MCP server has none, as it needs nothing of Azure.
/// </remarks>
internal static class AzureDeployment
{
    private const string ApiIdentity = "api-identity";
    private const string AdministratorIdentity = "database-administrator";
    private const string DataSubnet = "data";

    public static void AddAzure(this IDistributedApplicationBuilder builder)
    {
        var network = builder.AddAzureVirtualNetwork("network", "10.20.0.0/16");
        network.AddSubnet(DataSubnet, "10.20.2.0/27");
        builder.AddAzureContainerAppEnvironment("apps")
            .WithDelegatedSubnet(network.AddSubnet("apps-subnet", "10.20.0.0/23"));
    }

    /// <summary>
    /// A flexible server with Entra identities only, and without a public address. A private endpoint takes the place of
    /// the rule that would let all of Azure in.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddAzureDatabase(
        this IDistributedApplicationBuilder builder)
    {
        var server = builder.AddAzurePostgresFlexibleServer(OrdersDatabase.Server);
        var data = builder.Resources.OfType<AzureSubnetResource>().Single(subnet => subnet.Name == DataSubnet);
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

        builder.AddProject<Projects.OrdersMcp_Api>("database-access", options => options.ExcludeLaunchProfile = true)
            .WithArgs("grant-access")
            .WithAzureUserAssignedIdentity(administrator)
            .WithEnvironment($"ConnectionStrings__{OrdersDatabase.Name}", Connection(database, administrator))
            .WithEnvironment("Access__Role", api.Resource.PrincipalName)
            .WithEnvironment("Access__ObjectId", api.Resource.PrincipalId)
            .PublishAsAzureContainerAppJob();
        return database;
    }

    /// <summary>The API logs in as its own identity.</summary>
    public static IResourceBuilder<ProjectResource> WithAzureDatabase(
        this IResourceBuilder<ProjectResource> api, IResourceBuilder<IResourceWithConnectionString> database)
    {
        var identity = api.ApplicationBuilder.CreateResourceBuilder(api.ApplicationBuilder.Resources
            .OfType<AzureUserAssignedIdentityResource>().Single(found => found.Name == ApiIdentity));
        return api
            .WithAzureUserAssignedIdentity(identity)
            .WithEnvironment($"ConnectionStrings__{OrdersDatabase.Name}", Connection(database, identity));
    }

    /// <summary>There is no password in it: the program fetches a token for its identity.</summary>
    private static ReferenceExpression Connection(
        IResourceBuilder<IResourceWithConnectionString> database,
        IResourceBuilder<AzureUserAssignedIdentityResource> identity) =>
        ReferenceExpression.Create($"{database};Username={identity.Resource.PrincipalName};SSL Mode=VerifyFull");
}
