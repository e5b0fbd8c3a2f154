using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>How the system starts, what it says, how it ends, and that two of them do not meet.</summary>
public sealed class StackLifeTests : IDisposable
{
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(10);
    private static readonly HttpClient Http = OutsideClient.Shared;

    private readonly TemporaryDataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Signal_stops_everything_and_the_database_cleanly_and_the_next_start_finds_the_data(PosixSignal signal)
    {
        await using (var system = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts))
        {
            var took = await system.SignalAsync(signal);

            Assert.Equal(0, system.ExitCode);
            Assert.InRange(took, TimeSpan.Zero, Gone);
            await UntilGoneAsync(system);
            Assert.False(File.Exists(Path.Combine(_data.Path, "postgres", "18", "postmaster.pid")), "PostgreSQL did not stop by itself.");
        }

        await using var next = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{next.Api}/orders/1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_host_leaves_no_process_behind(bool isDotNetRun)
    {
        await using var system = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts);
        Assert.True(system.Survivors().Count >= 5, string.Join('\n', system.Survivors()));

        if (isDotNetRun)
        {
            system.KillRun();
        }
        else
        {
            system.KillAppHost();
        }

        await UntilGoneAsync(system);
    }

    [Fact]
    public async Task Console_says_where_everything_is_and_nothing_alarming()
    {
        await using var system = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts);
        await system.SignalAsync(PosixSignal.SIGTERM);

        var output = system.Output;
        Assert.All(
            ["/login?t=", "MCP endpoint", "autoConnect=", "/orders/1", "/swagger", "\"mcpServers\"", "Everything is up after"],
            text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.All(
            ["FATAL", "NO AUTHENTICATION", "warn", "fail:", "   at ", "Exception"],
            text => Assert.DoesNotContain(text, output, StringComparison.Ordinal));
        Assert.DoesNotContain((await File.ReadAllTextAsync(Path.Combine(_data.Path, "postgres-password"), TestContext.Current.CancellationToken)).Trim(), output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Taken_port_is_said_with_its_option_and_the_rest_runs()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        await using var system = AppHostProcess.Launch(_data.Path, [.. AppHostProcess.FreePorts, "--api-port", $"{port}"]);
        await system.UntilSaysAsync("error: api");

        Assert.Contains($"Port {port} is in use by another program", system.Output, StringComparison.Ordinal);
        Assert.Contains($"--api-port {port + 1}", system.Output, StringComparison.Ordinal);
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
    public async Task Two_systems_of_the_same_ports_never_meet()
    {
        string[] options = ["--dashboard-port", "0", "--api-port", $"{FreePort.Take()}", "--mcp-port", $"{FreePort.Take()}", "--inspector-port", $"{FreePort.Take()}"];
        using var other = new TemporaryDataFolder();

        await using var first = AppHostProcess.Launch(_data.Path, options);
        await using var second = AppHostProcess.Launch(other.Path, options);
        await Task.WhenAny(first.UntilSaysAsync("Everything is up"), second.UntilSaysAsync("Everything is up")).Unwrap();
        var loser = first.Output.Contains("Everything is up", StringComparison.Ordinal) ? second : first;
        await loser.UntilSaysAsync("error: inspector");

        foreach (var resource in new[] { "api", "mcp", "inspector" })
        {
            Assert.Contains($"error: {resource} cannot start: Port", loser.Output, StringComparison.Ordinal);
        }

        Assert.Contains("is in use by another running system (process ", loser.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Everything is up", loser.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_folder_in_use_is_refused_with_the_reason()
    {
        await using var first = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts);

        await using var second = AppHostProcess.Launch(_data.Path, AppHostProcess.FreePorts);
        await second.UntilSaysAsync("error: postgres");

        Assert.Contains($"The data folder {_data.Path} is in use by another running system (process ", second.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{first.Api}/orders/1"));
    }

    [Fact]
    public async Task Two_systems_of_other_ports_and_data_run_side_by_side()
    {
        using var other = new TemporaryDataFolder();
        await using var first = AppHostProcess.Launch(_data.Path, AppHostProcess.FreePorts);
        await using var second = AppHostProcess.Launch(other.Path, AppHostProcess.FreePorts);
        await first.UntilSaysAsync("Everything is up");
        await second.UntilSaysAsync("Everything is up");

        Assert.NotEqual(first.Api, second.Api);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{first.Api}/orders/1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{second.Api}/orders/1"));
    }

    [Fact]
    public async Task Service_that_ends_is_said_with_its_last_lines()
    {
        await using var system = AppHostProcess.Launch(_data.Path, [.. AppHostProcess.FreePorts, "--Parameters:oauth-issuer=not-a-url"]);

        await system.UntilSaysAsync("error: mcp ended with exit code");

        Assert.Contains("Authority", system.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fresh_start_throws_the_kept_data_away()
    {
        long newest;
        await using (var first = await AppHostProcess.StartAsync(_data.Path, AppHostProcess.FreePorts))
        {
            newest = await NewestOrderAsync(first);
            await Messages.ListAsync(first.Endpoint);
            var order = CallMix.Order(1);
            await Messages.CallAsync(first.Endpoint, "create_order", order, Messages.Repeated(order));
            Assert.NotEqual(newest, await NewestOrderAsync(first));
        }

        await using var next = await AppHostProcess.StartAsync(_data.Path, [.. AppHostProcess.FreePorts, "--fresh"]);

        Assert.Equal(newest, await NewestOrderAsync(next));
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
