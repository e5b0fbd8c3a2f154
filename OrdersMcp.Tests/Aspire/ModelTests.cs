using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using OrdersMcp.AppHost.Resources;
using ServersCommand = OrdersMcp.McpServer.Audit.ReplayCommand;

namespace OrdersMcp.Tests.Aspire;

/// <summary>What the system consists of when it is run, without starting it.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task Resources_are_those_of_the_picture()
    {
        await using var builder = await DescribeAsync();

        Assert.Subset(
            builder.Resources.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal),
            new HashSet<string>(["postgres", "ordersdb", "database-access", "api", "mcp", "inspector"], StringComparer.Ordinal));
        Assert.DoesNotContain(builder.Resources, resource => resource.Name is "apps" or "compose");
    }

    [Theory]
    [InlineData("database-access", "ordersdb")]
    [InlineData("api", "database-access")]
    [InlineData("mcp", "api")]
    [InlineData("inspector", "mcp")]
    public async Task Resource_waits_for_what_it_needs(string name, string needed)
    {
        await using var builder = await DescribeAsync();

        Assert.Contains(Find(builder, name).Annotations.OfType<WaitAnnotation>(), wait => wait.Resource.Name == needed);
    }

    [Fact]
    public async Task Only_the_mcp_server_is_external()
    {
        await using var builder = await DescribeAsync();

        var external = builder.Resources
            .Where(resource => resource.Annotations.OfType<EndpointAnnotation>().Any(endpoint => endpoint.IsExternal))
            .Select(resource => resource.Name);

        Assert.Equal(["mcp"], external);
    }

    [Theory]
    [InlineData("api", "reset-demo-data", "seed")]
    [InlineData("mcp", "refresh-catalog", "replay-tool-call", "create-api-key", "client-configuration")]
    public async Task Commands_are_on_the_dashboard(string name, params string[] commands)
    {
        await using var builder = await DescribeAsync();

        var offered = Find(builder, name).Annotations.OfType<ResourceCommandAnnotation>().Select(command => command.Name);
        Assert.Subset(offered.ToHashSet(StringComparer.Ordinal), commands.ToHashSet(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("api", "ReceiptBag")]
    [InlineData("mcp", "BotSparkle")]
    [InlineData("inspector", "WindowDevTools")]
    [InlineData("ordersdb", "Database")]
    public async Task Resources_have_icons(string name, string icon)
    {
        await using var builder = await DescribeAsync();

        Assert.Equal(icon, Find(builder, name).Annotations.OfType<ResourceIconAnnotation>().Single().IconName);
    }

    [Fact]
    public async Task Commands_have_an_icon_and_a_description_each()
    {
        await using var builder = await DescribeAsync();

        var own = builder.Resources.Where(resource => resource.Name is "api" or "mcp")
            .SelectMany(resource => resource.Annotations.OfType<ResourceCommandAnnotation>())
            .Where(command => !command.Name.StartsWith("resource-", StringComparison.Ordinal)) // Aspire's own: start, stop, restart
            .ToArray();
        Assert.NotEmpty(own);
        Assert.All(own, command => Assert.False(string.IsNullOrEmpty(command.IconName) || string.IsNullOrEmpty(command.DisplayDescription), command.Name));
    }

    [Fact]
    public async Task Replay_asks_for_a_trace_id()
    {
        await using var builder = await DescribeAsync();

        var command = Find(builder, "mcp").Annotations.OfType<ResourceCommandAnnotation>().Single(command => command.Name == ReplayCommand.Name);
        var input = Assert.Single(command.Arguments);
        Assert.True(input.Required);
        Assert.NotNull(command.ValidateArguments);
    }

    [Theory]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", true)]
    [InlineData("4BF92F3577B34DA6A3CE929D0E0E4736", true)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e473", false)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e473g", false)]
    [InlineData("--help", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Replay_takes_nothing_but_a_trace_id(string? text, bool isOne) => Assert.Equal(isOne, ReplayCommand.IsTraceId(text));

    [Theory]
    [InlineData(ServersCommand.Same, true, "The answer is the same.")]
    [InlineData(ServersCommand.Differs, true, "The answer differs.")]
    [InlineData(ServersCommand.NotRecorded, false, "The call was not repeated.")]
    [InlineData(ServersCommand.Refused, false, "The call was not repeated.")]
    [InlineData(ServersCommand.Unavailable, false, "The call was not repeated.")]
    public void Replay_shows_what_the_servers_command_said(int exitCode, bool isSuccess, string message)
    {
        var result = ReplayCommand.ResultOf(exitCode, "as it was said");

        Assert.Equal((isSuccess, message), (result.Success, result.Message));
        Assert.Equal(("as it was said", true), (result.Data!.Value, result.Data.DisplayImmediately));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Services_are_probed(string name)
    {
        await using var builder = await DescribeAsync();

        var probes = Find(builder, name).Annotations.OfType<EndpointProbeAnnotation>().ToDictionary(probe => probe.Type, probe => probe.Path);
        Assert.Equal("/health", probes[ProbeType.Readiness]);
        Assert.Equal("/alive", probes[ProbeType.Liveness]);
    }

    [Fact]
    public async Task Api_has_logins_that_are_no_administrators()
    {
        await using var builder = await DescribeAsync();

        var environment = await EnvironmentAsync(builder, "api");

        Assert.Contains("Username=orders_service;Password={database-service-password.value};", environment["ConnectionStrings__ordersdb"], StringComparison.Ordinal);
        Assert.Contains("Username=orders_owner;Password={database-owner-password.value};", environment["ConnectionStrings__ordersdb-migrations"], StringComparison.Ordinal);
        Assert.DoesNotContain(environment.Values, value => value.Contains("postgres-password", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Services_share_a_credential()
    {
        await using var builder = await DescribeAsync();
        var (api, mcp) = (await EnvironmentAsync(builder, "api"), await EnvironmentAsync(builder, "mcp"));

        Assert.Equal("{service-key.value}", api["Authentication__ServiceKey"]);
        Assert.Equal("{service-key.value}", mcp["Mcp__Apis__0__ApiKey"]);
        Assert.True(Assert.IsType<ParameterResource>(Find(builder, "service-key")).Secret);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("mcp")]
    public async Task Command_of_a_service_is_of_the_build_that_runs(string name)
    {
        await using var builder = await DescribeAsync();
        var service = builder.CreateResourceBuilder(Assert.IsType<ProjectResource>(Find(builder, name)));

        string[] arguments = [.. service.OwnCommand("its-command", "--option").Arguments];

        var configuration = arguments[Array.IndexOf(arguments, "--configuration") + 1];
        Assert.Equal(Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), configuration, ignoreCase: true); // artifacts/bin/…/debug
        Assert.Equal(["--", "its-command", "--option"], arguments[^3..]);
    }

    [Fact]
    public async Task Database_keeps_its_data_in_a_volume()
    {
        await using var builder = await DescribeAsync();

        var mount = Assert.Single(Find(builder, "postgres").Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal(ContainerMountType.Volume, mount.Type);
        Assert.Equal("/var/lib/postgresql", mount.Target);
    }

    [Fact]
    public async Task Secrets_are_parameters_and_what_is_optional_is_not_there_until_it_is_set()
    {
        await using var builder = await DescribeAsync();
        await using var withIssuer = await DescribeAsync("--Parameters:oauth-issuer=https://login.example.com");

        Assert.True(Assert.IsType<ParameterResource>(Find(builder, "mcp-signing-key")).Secret);
        Assert.True(Assert.IsType<ParameterResource>(Find(builder, "inspector-token")).Secret);
        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "oauth-issuer");
        Assert.Contains(withIssuer.Resources, resource => resource.Name == "oauth-issuer");
    }

    [Fact]
    public async Task Replicas_are_as_many_as_the_setting_says()
    {
        await using var builder = await DescribeAsync("--Parameters:mcp-replicas=3");

        Assert.Equal(3, Find(builder, "mcp").Annotations.OfType<ReplicaAnnotation>().Single().Replicas);
    }

    [Theory]
    [InlineData("--Parameters:mcp-replicas=many", "Parameters:mcp-replicas")]
    public async Task Wrong_setting_is_said_by_name(string argument, string setting)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => DescribeAsync(argument));

        Assert.Contains(setting, exception.ToString(), StringComparison.Ordinal);
    }

    private static async Task<IDistributedApplicationTestingBuilder> DescribeAsync(params string[] arguments) =>
        await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrdersMcp_AppHost>(arguments, TestContext.Current.CancellationToken);

    /// <summary>As it is published, of what is described for a run.</summary>
    private static async Task<Dictionary<string, string>> EnvironmentAsync(IDistributedApplicationTestingBuilder builder, string name)
    {
        var service = Assert.IsType<ProjectResource>(Find(builder, name));
        var configuration = await ExecutionConfigurationBuilder.Create(service).WithEnvironmentVariablesConfig()
            .BuildAsync(new(DistributedApplicationOperation.Publish), NullLogger.Instance, TestContext.Current.CancellationToken);
        return configuration.EnvironmentVariables.ToDictionary(StringComparer.Ordinal);
    }

    private static IResource Find(IDistributedApplicationTestingBuilder builder, string name) =>
        builder.Resources.Single(resource => resource.Name == name);
}
