using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>How the system starts, what it says, how it ends, and that two of them do not meet.</summary>
[Trait("Category", "Stack")]
public sealed class StackLifeTests : IDisposable
{
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(10);
    private static readonly HttpClient Http = OutsideClient.Shared;

    private readonly TemporaryDataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Both_signals_stop_everything_and_a_fresh_start_throws_the_kept_data_away()
    {
        long newest;
        await using (var first = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts))
        {
            newest = await NewestOrderAsync(first);
            Assert.NotEqual(newest, await PlaceOrderAsync(first));
            await AssertStopsAsync(first, PosixSignal.SIGTERM);
        }

        await using var next = await AppHostProcess.StartAsync(_data.Path, [.. AppHostProcess.FreePorts, "--fresh"]);
        Assert.Equal(newest, await NewestOrderAsync(next));
        var password = next.DatabasePassword();
        await AssertStopsAsync(next, PosixSignal.SIGINT);

        AssertSaysWhereEverythingIsAndNothingAlarming(next.Output);
        Assert.True(password.Length >= 20);
        Assert.DoesNotContain(password, next.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_host_leaves_no_process_behind_and_the_next_start_finds_the_data()
    {
        long newest;
        await using (var killed = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts))
        {
            Assert.True(killed.Survivors().Count >= 5, string.Join('\n', killed.Survivors()));
            newest = await PlaceOrderAsync(killed);
            killed.KillAppHost();
            await UntilGoneAsync(killed);
        }

        await using var next = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts);
        Assert.Equal(newest, await NewestOrderAsync(next));
        next.KillRun();
        await UntilGoneAsync(next);
    }

    [Fact]
    public async Task Systems_of_one_machine_never_meet()
    {
        string[] options = ["--dashboard-port", "0", "--api-port", $"{FreePort.Take()}", "--mcp-port", $"{FreePort.Take()}", "--inspector-port", $"{FreePort.Take()}", "--playground-port", $"{FreePort.Take()}"];
        using var other = new TemporaryDataFolder();
        using var third = new TemporaryDataFolder();

        // Of two with the same ports, one has all of them and the other none.
        await using var first = AppHostProcess.Launch(_data.Path, options);
        await using var second = AppHostProcess.Launch(other.Path, options);
        await Task.WhenAny(first.UntilSaysAsync("Everything is up"), second.UntilSaysAsync("Everything is up")).Unwrap();
        var (winner, loser) = first.Output.Contains("Everything is up", StringComparison.Ordinal) ? (first, second) : (second, first);
        foreach (var resource in new[] { "api", "mcp", "inspector", "playground" })
        {
            await loser.UntilSaysAsync($"error: {resource} cannot start: Port");
        }

        Assert.Contains("is in use by another running system (process ", loser.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Everything is up", loser.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", loser.Output, StringComparison.Ordinal);
        await loser.SignalAsync(PosixSignal.SIGTERM);

        // One with other ports and the same data is refused its data; one with data of its own runs beside.
        var data = winner == first ? _data.Path : other.Path;
        await using var greedy = AppHostProcess.Launch(data, AppHostProcess.FreePorts);
        await greedy.UntilSaysAsync("error: postgres");
        Assert.Contains($"The data folder {data} is in use by another running system (process ", greedy.Output, StringComparison.Ordinal);
        await greedy.SignalAsync(PosixSignal.SIGTERM);

        await using var neighbour = await AppHostProcess.StartAsync(third.Path, AppHostProcess.FreePorts);
        Assert.NotEqual(winner.Api, neighbour.Api);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{winner.Api}/orders/1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{neighbour.Api}/orders/1"));
    }

    [Fact]
    public async Task Taken_port_is_said_with_its_option_and_so_is_a_service_that_ends_with_its_last_lines()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var system = AppHostProcess.Launch(
            _data.Path, [.. AppHostProcess.FreePorts, "--api-port", $"{port}", "--Parameters:oauth-issuer=not-a-url"]);
        await system.UntilSaysAsync("error: api");
        await system.UntilSaysAsync("error: mcp ended with exit code");

        Assert.Contains($"Port {port} is in use by another program", system.Output, StringComparison.Ordinal);
        Assert.Contains($"--api-port {port + 1}", system.Output, StringComparison.Ordinal);
        Assert.Contains("Authority", system.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", system.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taken_port_of_the_dashboard_ends_the_start_with_the_option()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var system = AppHostProcess.Launch(_data.Path, [.. AppHostProcess.FreePorts, "--dashboard-port", $"{port}"]);
        await system.WaitForExitAsync();

        Assert.Equal(1, system.ExitCode);
        Assert.Contains($"Port {port} is in use by another program", system.Output, StringComparison.Ordinal);
        Assert.Contains("--dashboard-port", system.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", system.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_certificate_ends_a_start_with_https_with_the_command_that_makes_one()
    {
        using var home = new TemporaryDataFolder();

        await using var system = AppHostProcess.LaunchForHttps(home.Path, _data.Path);
        await system.WaitForExitAsync();

        Assert.Equal(1, system.ExitCode);
        Assert.Contains("dotnet dev-certs https --trust", system.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", system.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_option_is_a_usage_error_that_helps()
    {
        await using var system = AppHostProcess.Launch(_data.Path, "--api-prt=1");
        await system.WaitForExitAsync();

        Assert.Equal(2, system.ExitCode);
        Assert.Contains("--api-port", system.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_options()
    {
        await using var system = AppHostProcess.Launch(_data.Path, "--help");
        await system.WaitForExitAsync();

        Assert.Equal(0, system.ExitCode);
        Assert.All(["--fresh", "--containers", "--data", "--mcp-port"], option => Assert.Contains(option, system.Output, StringComparison.Ordinal));
    }

    private async Task AssertStopsAsync(AppHostProcess system, PosixSignal signal)
    {
        var took = await system.SignalAsync(signal);

        Assert.Equal(0, system.ExitCode);
        Assert.InRange(took, TimeSpan.Zero, Gone);
        await UntilGoneAsync(system);
        // A server that is shut down in order takes its lock file with it. (A container's is in its volume.)
        Assert.False(File.Exists(Path.Combine(_data.Path, "postgres", "18", "postmaster.pid")), "PostgreSQL was not shut down in order.");
    }

    private static void AssertSaysWhereEverythingIsAndNothingAlarming(string output)
    {
        Assert.All(
            ["/login?t=", "MCP endpoint", "MCP_INSPECTOR_API_TOKEN=", "/orders/1", "/swagger", "\"mcpServers\"", "Everything is up after"],
            text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.All(
            ["FATAL", "NO AUTHENTICATION", "warn", "fail:", "   at ", "Exception"],
            text => Assert.DoesNotContain(text, output, StringComparison.Ordinal));
    }

    private static async Task<long> PlaceOrderAsync(AppHostProcess system)
    {
        var order = CallMix.Order(1);
        await Messages.CallAsync(system.Endpoint, "create_order", order);
        return await NewestOrderAsync(system);
    }

    private static async Task<long> NewestOrderAsync(AppHostProcess system) =>
        (long)(await Http.GetFromJsonAsync<JsonObject>($"{system.Api}/orders?limit=1", TestContext.Current.CancellationToken))!["items"]![0]!["id"]!;

    private static Task UntilGoneAsync(AppHostProcess system) => Until.TrueAsync(
        () => system.Survivors().Count == 0, () => $"Still there: {string.Join('\n', system.Survivors())}", Gone);

    private static async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var response = await Http.GetAsync(address, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
