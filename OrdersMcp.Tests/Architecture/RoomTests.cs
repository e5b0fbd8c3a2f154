namespace OrdersMcp.Tests.Architecture;

/// <summary>The folders of each project depend on each other in one direction, from upper to lower layers.</summary>
[Trait("Category", "Unit")]
public sealed class RoomTests
{
    [Fact]
    public void App_host() => Rooms.AssertOneWay(
        System.Reflection.Assembly.Load("OrdersMcp.AppHost"),
        [[Rooms.Top], ["Resources"], ["Local"]]);

    [Fact]
    public void Service_defaults() => Rooms.AssertOneWay(
        System.Reflection.Assembly.Load("OrdersMcp.ServiceDefaults"),
        [[Rooms.Top], ["Hardening"], ["Authentication"], ["Pages", "Shutdown", "Start", "Telemetry"]]);

    [Fact]
    public void Api() => Rooms.AssertOneWay(
        System.Reflection.Assembly.Load("OrdersMcp.Api"),
        [
            [Rooms.Top],
            [
                "Administration", "Changes", "Completion", "Customers", "Exports", "Mcp", "Orders", "Pages", "Products", "Seeding",
                "Statistics", "ToolCalls",
            ],
            ["Authorization"],
            ["Http.Idempotency", "Http.OpenApi"],
            ["Http.Paging", "Http.Validation"],
            ["Http.Errors"],
            ["Http"],
            ["Data.Setup"],
            ["Telemetry"],
            ["Data"],
            ["Serialization"],
        ]);

    [Fact]
    public void Playground() => Rooms.AssertOneWay(
        System.Reflection.Assembly.Load("OrdersMcp.Playground"),
        [[Rooms.Top], ["Http", "Evals"], ["Conversations"], ["Models", "Tools"], ["Prompts", "Telemetry"], ["Configuration"]]);

    [Fact]
    public void Mcp_server() => Rooms.AssertOneWay(
        System.Reflection.Assembly.Load("OrdersMcp.McpServer"),
        [["Hosting"], ["Security", "Audit", "Limits"]]);

    [Fact]
    public void Open_api_tools() => Rooms.AssertOneWay(
        System.Reflection.Assembly.Load("OrdersMcp.OpenApiTools"),
        [
            [Rooms.Top],
            ["Http", "Security", "Telemetry"],
            ["Tools", "Resources", "Prompts", "Completion", "Subscriptions", "Tasks", "Confirmation"],
            ["Catalog"],
            ["Operations"],
            ["Operations.Results"],
            ["Operations.Requests"],
            ["Operations.Arguments"],
            ["Schemas"],
            ["OpenApi"],
            ["Signing"],
            ["Configuration"],
            ["Protocol"],
            ["App", "Text"],
        ]);
}
