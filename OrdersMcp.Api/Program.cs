using OrdersMcp.Api.Administration;
using OrdersMcp.Api.Audit;
using OrdersMcp.Api.Changes;
using OrdersMcp.Api.Completion;
using OrdersMcp.Api.Customers;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.DatabaseAccess;
using OrdersMcp.Api.Errors;
using OrdersMcp.Api.Exports;
using OrdersMcp.Api.Idempotency;
using OrdersMcp.Api.Identity;
using OrdersMcp.Api.Metrics;
using OrdersMcp.Api.OpenApi;
using OrdersMcp.Api.Orders;
using OrdersMcp.Api.Pages;
using OrdersMcp.Api.Products;
using OrdersMcp.Api.Seeding;
using OrdersMcp.Api.Statistics;
using OrdersMcp.ServiceDefaults;
using OrdersMcp.ServiceDefaults.Hardening;

if (args is ["seed", ..])
{
    return await SeedCommand.RunAsync(args);
}

if (args is ["grant-access", ..])
{
    var settings = WebApplication.CreateBuilder(args); // of the service, from the same places
    return await GrantAccessCommand.RunAsync(
        settings.Configuration, settings.Environment, Console.Out, Console.Error, CancellationToken.None);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddHardening();
builder.AddOrdersDatabase();
builder.Services.AddApiJson();
builder.Services.AddProblems();
builder.AddCaller();
builder.Services.AddWrites();
builder.Services.AddSingleton<OrdersMetrics>();
builder.Services.AddOrders();
builder.Services.AddChanges();
builder.AddExports();
builder.Services.AddOpenApiDocument();

var app = builder.Build();
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
app.MapApiPage();
await app.RunAsync();
return 0;
