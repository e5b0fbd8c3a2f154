// What the C# SDK costs by itself, as its documentation shows it: ModelContextProtocol.AspNetCore, stateless, with two tools
// written by hand, and without logs, telemetry, validation, limits or a catalog. `get_order` calls the API, or with a
// connection string reads the order itself, by the floor's prepared statement; `constant` calls nothing, so that what it
// allocates is the SDK's and ASP.NET Core's alone.
using ModelContextProtocol.AspNetCore;
using OrdersMcp.Bench.BareMcp;
using OrdersMcp.Bench.Floor;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(args[0])));
builder.Services.AddSingleton(new HttpClient { BaseAddress = new Uri(args[1]) });
builder.Services.AddSingleton(new Sample(await File.ReadAllTextAsync(args[2])));
var server = builder.Services.AddMcpServer().WithHttpTransport(transport => transport.SessionMode = HttpServerSessionMode.Stateless);
if (Environment.GetEnvironmentVariable("ConnectionStrings__ordersdb") is { } database)
{
    builder.Services.AddSingleton(new OrderReader(database));
    server.WithTools<DatabaseTools>();
}
else
{
    server.WithTools<ApiTools>();
}

var app = builder.Build();
app.MapGet("/health", () => "ok");
app.MapMcp("/mcp");
await app.RunAsync();
