using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Api;

/// <summary>The API on a port that another program listens on.</summary>
[Trait("Category", "Postgres")]
public sealed class TakenPortTests
{
    [Fact]
    public async Task Taken_port_is_one_line_and_ends_the_start()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.Api"), $"--urls=http://{other.LocalEndpoint}"])
        {
            Environment =
            {
                ["ConnectionStrings__ordersdb"] = "Host=127.0.0.1;Port=1;Database=ordersdb",
                ["Authentication__AllowAnonymous"] = "true",
                ["ASPNETCORE_URLS"] = null,
            },
        };

        var (exitCode, output, error) = await ProgramRun.RunAsync(start, TimeSpan.FromMinutes(1));

        Assert.Equal(1, exitCode);
        Assert.Equal($"Failed to bind to address http://{other.LocalEndpoint}: address already in use.", error.Trim());
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
