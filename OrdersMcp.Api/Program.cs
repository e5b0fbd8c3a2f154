using OrdersMcp.Api.Administration;
using OrdersMcp.Api.Customers;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.DatabaseAccess;
using OrdersMcp.Api.Errors;
using OrdersMcp.Api.Idempotency;
using OrdersMcp.Api.Identity;
using OrdersMcp.Api.OpenApi;
using OrdersMcp.Api.Orders;
using OrdersMcp.Api.Products;
using OrdersMcp.Api.Seeding;
using OrdersMcp.Api.Statistics;
using OrdersMcp.ServiceDefaults;

if (args is ["seed", ..])
{
    return await SeedCommand.RunAsync(args);
}

if (args is ["grant-access"])
{
    var configuration = Host.CreateApplicationBuilder(args).Configuration;
    return await GrantAccessCommand.RunAsync(configuration, Console.Out, Console.Error, CancellationToken.None);
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddOrdersDatabase();
builder.Services.AddApiJson();
builder.Services.AddProblems();
builder.Services.AddCaller();
builder.Services.AddWrites();
builder.Services.AddOrders();
builder.Services.AddOpenApiDocument();

var app = builder.Build();
app.UseProblems();
app.MapDefaultEndpoints();
app.MapOpenApiDocument();
app.MapOrders();
app.MapStatistics();
app.MapCustomers();
app.MapProducts();
app.MapAdministration();
await app.RunAsync();
return 0;
