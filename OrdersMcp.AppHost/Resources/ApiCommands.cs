using OrdersMcp.AppHost.Deployment;

namespace OrdersMcp.AppHost.Resources;

/// <summary>What a developer does with the orders API from the dashboard.</summary>
internal static class ApiCommands
{
    /// <summary>Deletes everything and writes the demo data.</summary>
    public static IResourceBuilder<ProjectResource> WithDemoDataCommand(this IResourceBuilder<ProjectResource> api) =>
        api.WithHttpCommand("/admin/demo-data", "Reset the demo data", "http", "reset-demo-data", new HttpCommandOptions
        {
            Method = HttpMethod.Post,
            Description = "Deletes every order, customer and product, and writes the demo data.",
            ConfirmationMessage = "Delete every order, customer and product, and write the demo data?",
            IconName = "ArrowReset",
            PrepareRequest = context =>
            {
                context.Request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
                return Task.CompletedTask;
            },
            ResultMode = HttpCommandResultMode.Auto,
        });

    /// <summary>Fills the database with a million invented orders, by the API's own command.</summary>
    public static IResourceBuilder<ProjectResource> WithSeedCommand(
        this IResourceBuilder<ProjectResource> api, OrdersDatabase database) =>
        api.WithProcessCommand("seed", "Seed a million orders", async context =>
            api.OwnCommand("seed", "--orders", "1000000").With(
                $"ConnectionStrings__{OrdersDatabase.Name}",
                await database.Logins[OrdersDatabase.Migrations].GetValueAsync(context.CancellationToken)),
        new ProcessCommandOptions
        {
            Description = "Adds a million invented orders with customers and products. It takes two minutes or so.",
            ConfirmationMessage = "Add a million invented orders?",
            IconName = "DatabaseArrowUp",
        });
}
