using OrdersMcp.Api;
using OrdersMcp.Api.Administration;
using OrdersMcp.Api.Authorization;
using OrdersMcp.Api.Changes;
using OrdersMcp.Api.Completion;
using OrdersMcp.Api.Customers;
using OrdersMcp.Api.Data.Setup;
using OrdersMcp.Api.Exports;
using OrdersMcp.Api.Http.Errors;
using OrdersMcp.Api.Http.Idempotency;
using OrdersMcp.Api.Http.OpenApi;
using OrdersMcp.Api.Http.Paging;
using OrdersMcp.Api.Mcp;
using OrdersMcp.Api.Orders;
using OrdersMcp.Api.Pages;
using OrdersMcp.Api.Products;
using OrdersMcp.Api.Statistics;
using OrdersMcp.Api.Telemetry;
using OrdersMcp.Api.ToolCalls;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Hardening;
using OrdersMcp.ServiceDefaults.Start;

try
{
    return await ApiCommandLine.RunAsync(args, ServeAsync, Console.Out, Console.Error, CancellationToken.None);
}
catch (Exception exception) when (StartFailure.Of(exception, typeof(ApiCommandLine).Assembly) is { } failure)
{
    return await failure.WriteAsync(Console.Error);
}

static async Task ServeAsync(string[] settings)
{
    var builder = WebApplication.CreateBuilder(settings);
    builder.LeaveStartFailureToProgram();
    builder.AddServiceDefaults();
    builder.AddHardening();
    builder.AddOrdersDatabase();
    builder.Services.AddProblems();
    builder.AddCaller();
    builder.Services.AddPaging();
    builder.Services.AddWrites();
    builder.Services.AddSingleton<OrdersMetrics>();
    builder.Services.AddOrders();
    builder.Services.AddStatistics();
    builder.Services.AddCustomers();
    builder.Services.AddProducts();
    builder.Services.AddChanges();
    builder.AddExports();
    builder.Services.AddCompletion();
    builder.Services.AddAdministration();
    builder.Services.AddToolCalls();
    builder.Services.AddOpenApiDocument();
    builder.Services.AddMcpGuidance();
    builder.AddMountedTools();

    var app = builder.Build();
    app.CheckSettings();
    app.UseHardening();
    app.UseProblems();
    app.MapOpenApiDocument();
    app.UseCaller();
    app.MapDefaultEndpoints();
    app.MapOrders();
    app.MapStatistics();
    app.MapCustomers();
    app.MapProducts();
    app.MapChanges();
    app.MapExports();
    app.MapCompletion();
    app.MapAdministration();
    app.MapToolCalls();
    app.MapMountedTools();
    app.MapApiPage();
    await app.ServeAsync();
}
