// The floor under any service that reads an order from PostgreSQL on .NET: Kestrel without routing, middleware, logging
// or telemetry; a prepared statement; JSON written by hand. What a framework costs is what it takes above this.
using System.Buffers;
using System.Globalization;
using OrdersMcp.Bench.Floor;

const string Prefix = "/orders/";

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.ListenLocalhost(int.Parse(args[0]));
});

var app = builder.Build();
await using var orders = new OrderReader(Environment.GetEnvironmentVariable("ConnectionStrings__ordersdb")!);
app.Run(async context =>
{
    var path = context.Request.Path.Value!;
    if (path == "/health")
    {
        return;
    }

    if (!path.StartsWith(Prefix, StringComparison.Ordinal)
        || !long.TryParse(path.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var orderId))
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }

    // The length is known before the first byte is sent, as it is of the API's answers.
    var body = new ArrayBufferWriter<byte>(1024);
    if (await orders.ReadAsync(orderId, body, context.RequestAborted) is not { } version)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return;
    }

    context.Response.Headers.ETag = $"\"{version}\"";
    context.Response.ContentType = "application/json; charset=utf-8";
    context.Response.ContentLength = body.WrittenCount;
    await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
});
await app.RunAsync();
