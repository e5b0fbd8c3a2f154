using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using OrdersMcp.AppHost.Embedded;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>How a stack starts, stops, and lives through what happens to it.</summary>
public sealed class StackLifeTests
{
    private static readonly string[] Core = ["--no-dashboard", "--no-inspector"];
    private static readonly HttpClient Http = OutsideClient.Shared;

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Signal_stops_everything_in_order_and_the_database_cleanly(PosixSignal signal)
    {
        await using var stack = await EmbeddedStack.StartAsync(data: null, Core);

        var took = await stack.SignalAsync(signal);

        Assert.Equal(ExitCode.Stopped, stack.ExitCode);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Empty(stack.Survivors());
        Assert.Contains("database system is shut down", stack.Output, StringComparison.Ordinal);
        Assert.Equal(["mcp", "api", "postgres"], stack.Output.Split('\n')
            .Where(line => line.StartsWith('[') && line.EndsWith("stopped", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(']') + 1)..].Trim().Split(' ')[0]));
    }

    [Fact]
    public async Task Host_that_is_killed_leaves_no_child_behind_and_the_next_start_finds_the_data()
    {
        var data = EmbeddedStack.NewDataFolder();
        try
        {
            await using var killed = await EmbeddedStack.StartAsync(data, Core);
            killed.Kill();
            await killed.WaitForExitAsync();
            await UntilAsync(() => killed.Survivors().Count == 0, TimeSpan.FromSeconds(10));

            await using var next = await EmbeddedStack.StartAsync(data, Core);
            using var response = await Http.GetAsync($"{next.Manifest.Api.Url}/orders/1", TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(killed.Manifest.Postgres.Password, next.Manifest.Postgres.Password);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Taken_port_is_an_error_that_names_port_and_option()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var stack = EmbeddedStack.Launch(data: null, [.. Core, "--api-port", $"{port}"]);
        await stack.WaitForExitAsync();

        Assert.Equal(ExitCode.Failed, stack.ExitCode);
        Assert.Contains($"{port}", stack.Output, StringComparison.Ordinal);
        Assert.Contains("--api-port", stack.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_folder_in_use_is_refused_with_the_reason()
    {
        await using var first = await EmbeddedStack.StartAsync(data: null, Core);

        await using var second = EmbeddedStack.Launch(first.Data, Core);
        await second.WaitForExitAsync();

        Assert.Equal(ExitCode.Failed, second.ExitCode);
        Assert.Contains("in use", second.Output, StringComparison.Ordinal);
        Assert.Contains($"{first.Manifest.Pid}", second.Output, StringComparison.Ordinal);
        Assert.Equal(3, first.Survivors().Count);
    }

    [Fact]
    public async Task Service_that_dies_is_restarted_and_said_so()
    {
        await using var stack = await EmbeddedStack.StartAsync(data: null, Core);
        var before = stack.Manifest.Api.Pid;

        Signals.Kill(before);
        await UntilAsync(() => { stack.ReadManifest(); return stack.Manifest.Api.Pid != before && Signals.IsAlive(stack.Manifest.Api.Pid); }, TimeSpan.FromSeconds(30));

        using var response = await Http.GetAsync($"{stack.Manifest.Api.Url}/orders/1", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("it is restarted", stack.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_that_keeps_dying_ends_the_run_with_its_last_lines()
    {
        await using var stack = EmbeddedStack.Launch(data: null, Core, ("Mcp__RefreshInterval", "00:00:00"));

        await stack.WaitForExitAsync();

        Assert.Equal(ExitCode.Failed, stack.ExitCode);
        Assert.Contains("mcp keeps dying", stack.Output, StringComparison.Ordinal);
        Assert.Contains("Mcp:RefreshInterval must be longer than zero", stack.Output, StringComparison.Ordinal);
        Assert.Contains("database system is shut down", stack.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--api-prt=1", "--api-port")]
    [InlineData("--api-port=99999", "--api-port")]
    [InlineData("--data", "--data")]
    public async Task Wrong_option_is_a_usage_error_that_helps(string option, string hint)
    {
        await using var stack = EmbeddedStack.Launch(data: null, [option]);
        await stack.WaitForExitAsync();

        Assert.Equal(ExitCode.Usage, stack.ExitCode);
        Assert.Contains(hint, stack.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_options()
    {
        await using var stack = EmbeddedStack.Launch(data: null, ["--help"]);
        await stack.WaitForExitAsync();

        Assert.Equal(ExitCode.Stopped, stack.ExitCode);
        Assert.All(["--fresh", "--no-dashboard", "--no-inspector", "--mcp-port"], option => Assert.Contains(option, stack.Output, StringComparison.Ordinal));
    }

    private static Task UntilAsync(Func<bool> condition, TimeSpan patience) =>
        Until.TrueAsync(condition, () => "It did not happen in time.", patience);
}
