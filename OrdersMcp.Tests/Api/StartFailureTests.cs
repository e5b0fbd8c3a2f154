using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Api;

/// <summary>A start of the API that fails for a reason that the operator can fix.</summary>
[Trait("Category", "Postgres")]
public sealed class StartFailureTests
{
    [Fact]
    public async Task Taken_port_is_one_line_and_exit_code_1()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var (exitCode, output, error) = await RunAsync([$"--urls=http://{other.LocalEndpoint}"]);

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"Failed to bind to address http://{other.LocalEndpoint}: address already in use. Stop the program that uses it, or choose "
            + "another address with --urls.",
            error.Trim());
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ConnectionStrings:ordersdb=Hots=127.0.0.1", "ConnectionStrings:ordersdb is not a PostgreSQL connection string")]
    [InlineData("--ConnectionStrings:ordersdb=", "ConnectionStrings__ordersdb")]
    [InlineData("--Database:AllowPlaintext=perhaps", "Database:AllowPlaintext")]
    [InlineData("--Database:ServiceRole=no role", "Database:ServiceRole")]
    [InlineData("--Exports:Workers=-1", "Workers")]
    [InlineData("--Seed:Demo=perhaps", "Seed:Demo")]
    [InlineData("--Proxy:Networks:0=10.0.0.0/99", "Proxy:Networks has '10.0.0.0/99'")]
    [InlineData("--Authentication:AllowAnonymous=perhaps", "Authentication:AllowAnonymous")]
    public async Task Invalid_setting_is_named_without_a_stack_trace_and_gives_exit_code_2(string setting, string named)
    {
        var (exitCode, output, error) = await RunAsync([setting, "--urls=http://127.0.0.1:0"]);

        Assert.Equal(2, exitCode);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.Api"), .. arguments])
        {
            Environment =
            {
                ["ConnectionStrings__ordersdb"] = "Host=127.0.0.1;Port=1;Database=ordersdb",
                ["Authentication__AllowAnonymous"] = "true",
                ["ASPNETCORE_URLS"] = null,
            },
        };
        return ProgramRun.RunAsync(start, TimeSpan.FromMinutes(1));
    }
}
