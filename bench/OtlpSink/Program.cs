// Takes telemetry as OTLP over gRPC and drops it: services export as they do in production, and what receives it costs
// next to nothing. GET /received says how many bytes came.
using System.Buffers.Binary;
using Microsoft.AspNetCore.Server.Kestrel.Core;

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
{
    kestrel.ListenLocalhost(int.Parse(args[0]), listen => listen.Protocols = HttpProtocols.Http2);
    kestrel.ListenLocalhost(int.Parse(args[1]), listen => listen.Protocols = HttpProtocols.Http1);
});

long received = 0;
var app = builder.Build();
app.Run(async context =>
{
    if (HttpMethods.IsGet(context.Request.Method))
    {
        await context.Response.WriteAsync(Interlocked.Read(ref received).ToString());
        return;
    }

    while (true)
    {
        var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
        Interlocked.Add(ref received, read.Buffer.Length);
        context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        if (read.IsCompleted)
        {
            break;
        }
    }

    // An empty message: one byte for "not compressed", four for its length (gRPC over HTTP/2, Length-Prefixed-Message).
    context.Response.ContentType = "application/grpc";
    var message = new byte[5];
    BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 0);
    await context.Response.Body.WriteAsync(message, context.RequestAborted);
    context.Response.AppendTrailer("grpc-status", "0");
});
await app.RunAsync();
