using System.Globalization;

namespace OrdersMcp.AppHost.Resources;

/// <summary>Dashboard commands for the orders API.</summary>
internal static class ApiCommands
{
    private const string Orders = "orders";
    private const int MostOrders = 10_000_000;

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

    /// <summary>Fills the database with generated orders, with the API's own command.</summary>
    public static IResourceBuilder<ProjectResource> WithSeedCommand(
        this IResourceBuilder<ProjectResource> api, IResourceBuilder<IResourceWithConnectionString> database) =>
        api.WithProcessCommand("seed", "Seed orders", async context =>
            api.OwnCommand("seed", "--orders", context.Arguments.GetString(Orders)!.Trim()).With(
                $"ConnectionStrings__{database.Resource.Name}", await database.Resource.GetConnectionStringAsync(context.CancellationToken)),
        new ProcessCommandOptions
        {
            Description = "Adds generated orders with customers and products. A million orders take about two minutes.",
            IconName = "DatabaseArrowUp",
            Arguments =
            [
                new InteractionInput { Name = Orders, InputType = InputType.Number, Label = "Orders", Description = "Number of orders, from 1 to 10,000,000.", Required = true, Value = "1000" },
            ],
            ValidateArguments = context =>
            {
                if (!int.TryParse(context.Inputs.GetString(Orders), NumberStyles.None, CultureInfo.InvariantCulture, out var orders) || orders is < 1 or > MostOrders)
                {
                    context.AddValidationError(Orders, "Enter a whole number from 1 to 10,000,000.");
                }

                return Task.CompletedTask;
            },
        });
}
