using System.Text.Json;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>Dashboard commands for the MCP server.</summary>
internal static class McpCommands
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <summary>Reads the OpenAPI documents now instead of at the end of the interval.</summary>
    public static IResourceBuilder<ProjectResource> WithRefreshCatalogCommand(
        this IResourceBuilder<ProjectResource> mcp) =>
        mcp.WithHttpCommand("/catalog/refresh", "Refresh the catalog", "http", "refresh-catalog", new HttpCommandOptions
        {
            Method = HttpMethod.Post,
            Description = "Reads the OpenAPI documents now. Subscribed clients are notified of changed tools.",
            IconName = "ArrowSync",
            ResultMode = HttpCommandResultMode.Auto,
        });

    /// <summary>Creates a key and shows it, once, with the setting that admits its holder.</summary>
    public static IResourceBuilder<ProjectResource> WithCreateApiKeyCommand(
        this IResourceBuilder<ProjectResource> mcp) =>
        mcp.WithProcessCommand("create-api-key", "Create an API key", context => mcp.OwnCommand(
            "create-api-key", "--name", context.Arguments.GetString("name")!,
            "--scopes", context.Arguments.GetString("scopes")!),
        new ProcessCommandOptions
        {
            Description = "Creates a key and shows it once, with the setting, which contains only its hash.",
            IconName = "Key",
            Arguments =
            [
                Text("name", "Name", "agent"),
                Text("scopes", "Scopes", "orders.read orders.write"),
            ],
        });

    /// <summary>Shows the configuration for an MCP client, ready to copy.</summary>
    public static IResourceBuilder<ProjectResource> WithClientConfigurationCommand(
        this IResourceBuilder<ProjectResource> mcp) =>
        mcp.WithCommand("client-configuration", "Copy the client configuration", async context =>
        {
            var address = await mcp.GetEndpoint("http").GetValueAsync(context.CancellationToken);
            return CommandResults.Success(
                "For .mcp.json and the configuration files of other clients.",
                Summary.ClientConfiguration($"{address}/mcp").ToJsonString(Readable),
                CommandResultFormat.Json,
                displayImmediately: true);
        },
        new CommandOptions { Description = "The configuration for an MCP client.", IconName = "Copy" });

    private static InteractionInput Text(string name, string label, string value) =>
        new() { Name = name, InputType = InputType.Text, Label = label, Required = true, Value = value };
}
