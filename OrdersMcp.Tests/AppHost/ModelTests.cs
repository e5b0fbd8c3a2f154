using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace OrdersMcp.Tests.AppHost;

/// <summary>The model of a local run, without starting it.</summary>
[Trait("Category", "Stack")]
public sealed class ModelTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Resources_are_those_of_the_picture(string containers)
    {
        await using var builder = await DescribeAsync($"--containers={containers}");

        Assert.Subset(
            builder.Resources.Select(resource => resource.Name).ToHashSet(StringComparer.Ordinal),
            new HashSet<string>(["postgres", "ordersdb", "api", "mcp", "inspector", "playground"], StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("true", typeof(PostgresServerResource), typeof(ContainerResource))]
    [InlineData("false", typeof(ExecutableResource), typeof(ExecutableResource))]
    public async Task Postgres_and_inspector_follow_the_setting(string containers, Type postgres, Type inspector)
    {
        await using var builder = await DescribeAsync($"--containers={containers}");

        Assert.IsType(postgres, Find(builder, "postgres"), exactMatch: false);
        Assert.IsType(inspector, Find(builder, "inspector"), exactMatch: false);
    }

    [Theory]
    [InlineData("true", "ordersdb", "postgres")]
    [InlineData("false", "ordersdb", "postgres")]
    public async Task Database_is_below_its_server(string containers, string name, string parent)
    {
        await using var builder = await DescribeAsync($"--containers={containers}");

        var resource = Find(builder, name);
        Assert.True(
            resource is IResourceWithParent child ? child.Parent.Name == parent
                : resource.Annotations.OfType<ResourceRelationshipAnnotation>().Any(relation => relation.Type == "Parent" && relation.Resource.Name == parent),
            $"{name} is not below {parent}.");
    }

    [Fact]
    public async Task Resources_wait_only_for_what_they_need()
    {
        await using var builder = await DescribeAsync("--containers=false");

        var waits = new[] { "postgres", "api", "mcp", "inspector", "playground" }.SelectMany(name => Find(builder, name).Annotations.OfType<WaitAnnotation>()
            .Where(wait => wait.Resource is not ParameterResource).Select(wait => $"{name} for {wait.Resource.Name}"));
        Assert.Equal(["api for ordersdb"], waits.Distinct().Where(wait => wait != "api for postgres"));
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
    [InlineData("ordersdb", "start-over")]
    [InlineData("mcp", "refresh-catalog", "replay-tool-call", "create-api-key", "client-configuration")]
    public async Task Commands_are_on_the_dashboard_with_icon_and_description(string name, params string[] commands)
    {
        await using var builder = await DescribeAsync();

        var offered = Find(builder, name).Annotations.OfType<ResourceCommandAnnotation>().ToDictionary(command => command.Name, StringComparer.Ordinal);
        Assert.All(commands, command => Assert.False(
            string.IsNullOrEmpty(offered[command].IconName) || string.IsNullOrEmpty(offered[command].DisplayDescription), command));
    }

    [Theory]
    [InlineData("api", "ReceiptBag")]
    [InlineData("mcp", "BotSparkle")]
    [InlineData("inspector", "WindowDevTools")]
    [InlineData("playground", "Chat")]
    [InlineData("ordersdb", "Database")]
    public async Task Resources_have_icons(string name, string icon)
    {
        await using var builder = await DescribeAsync();

        Assert.Equal(icon, Find(builder, name).Annotations.OfType<ResourceIconAnnotation>().Last().IconName);
    }

    [Theory]
    [InlineData("mcp", "replay-tool-call")]
    [InlineData("mcp", "create-api-key")]
    [InlineData("api", "seed")]
    public async Task Commands_with_arguments_ask_for_them(string name, string command)
    {
        await using var builder = await DescribeAsync();

        var arguments = Find(builder, name).Annotations.OfType<ResourceCommandAnnotation>().Single(each => each.Name == command).Arguments;
        Assert.NotEmpty(arguments);
        Assert.All(arguments, argument => Assert.True(argument.Required));
    }

    [Fact]
    public async Task Services_share_a_credential_that_nobody_has_to_set()
    {
        await using var builder = await DescribeAsync();

        var (api, mcp) = (await EnvironmentAsync(builder, "api"), await EnvironmentAsync(builder, "mcp"));
        Assert.Equal("{service-key.value}", api["Authentication__ServiceKey"]);
        Assert.Equal("{service-key.value}", mcp["Mcp__Apis__0__ApiKey"]);
        Assert.True(Assert.IsType<ParameterResource>(Find(builder, "service-key")).Secret);
    }

    [Fact]
    public async Task Mcp_server_finds_the_api_by_service_discovery()
    {
        await using var builder = await DescribeAsync();

        Assert.Equal("{api.bindings.http.url}", (await EnvironmentAsync(builder, "mcp"))["services__api__http__0"]);
    }

    [Fact]
    public async Task Services_are_the_programs_of_this_build()
    {
        await using var builder = await DescribeAsync();

        foreach (var (name, project) in new[] { ("api", "OrdersMcp.Api"), ("mcp", "OrdersMcp.McpServer"), ("playground", "OrdersMcp.Playground") })
        {
            var program = Find(builder, name).Annotations.OfType<ExecutableAnnotation>().Single();
            Assert.Equal(project, Path.GetFileName(program.Command));
            Assert.True(File.Exists(program.Command), program.Command);
        }
    }

    [Fact]
    public async Task Database_in_a_container_keeps_its_data_in_a_volume()
    {
        await using var builder = await DescribeAsync("--containers=true");

        var mount = Assert.Single(Find(builder, "postgres").Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal(ContainerMountType.Volume, mount.Type);
        Assert.Equal("/var/lib/postgresql", mount.Target);
    }

    [Fact]
    public async Task Volume_of_the_database_belongs_to_the_data_folder()
    {
        await using var one = await DescribeAsync("--containers=true", "--data=/tmp/orders-one");
        await using var other = await DescribeAsync("--containers=true", "--data=/tmp/orders-other");
        await using var again = await DescribeAsync("--containers=true", "--data=/tmp/orders-one");

        Assert.NotEqual(Volume(one), Volume(other));
        Assert.Equal(Volume(one), Volume(again));

        static string? Volume(IDistributedApplicationTestingBuilder from) =>
            Find(from, "postgres").Annotations.OfType<ContainerMountAnnotation>().Single().Source;
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Services_and_inspector_listen_on_their_ports_without_a_proxy(string containers)
    {
        await using var builder = await DescribeAsync($"--containers={containers}");

        Assert.All(["api", "mcp", "inspector", "playground"], name => Assert.False(
            Find(builder, name).Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "http").IsProxied));
    }

    [Fact]
    public async Task Secrets_are_parameters_and_optional_ones_are_absent_until_set()
    {
        await using var builder = await DescribeAsync();
        await using var withIssuer = await DescribeAsync("--Parameters:oauth-issuer=https://login.example.com");

        Assert.True(Assert.IsType<ParameterResource>(Find(builder, "mcp-signing-key")).Secret);
        Assert.True(Assert.IsType<ParameterResource>(Find(builder, "inspector-token")).Secret);
        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "oauth-issuer");
        Assert.Contains(withIssuer.Resources, resource => resource.Name == "oauth-issuer");
    }

    [Theory]
    [InlineData("api", "--api-port", 5080, "false")]
    [InlineData("mcp", "--mcp-port", 5090, "false")]
    [InlineData("playground", "--playground-port", 5070, "false")]
    [InlineData("inspector", "--inspector-port", 6274, "false")]
    [InlineData("inspector", "--inspector-port", 6274, "true")]
    public async Task Ports_are_the_documented_ones_unless_an_option_says_otherwise(string name, string option, int documented, string containers)
    {
        string[] run = [$"--containers={containers}", "--DcpPublisher:RandomizePorts=false"];
        await using var builder = await DescribeAsync(run);
        await using var other = await DescribeAsync([.. run, option, "23456"]);
        await using var any = await DescribeAsync([.. run, $"{option}=0"]);
        await using var isolated = await DescribeAsync($"--containers={containers}");

        Assert.Equal((documented, 23456, null, null), (Port(builder), Port(other), Port(any), Port(isolated)));
        int? Port(IDistributedApplicationTestingBuilder from) =>
            Find(from, name).Annotations.OfType<EndpointAnnotation>().Single(endpoint => endpoint.Name == "http").Port;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "--playground=true")]
    [InlineData(false, "--playground=false")]
    [InlineData(false, "--environment=Production", "--Parameters:api-key-hash=none")]
    [InlineData(true, "--environment=Production", "--Parameters:api-key-hash=none", "--playground=true")]
    public async Task Playground_runs_in_development_unless_the_setting_says_otherwise(bool isThere, params string[] arguments)
    {
        await using var builder = await DescribeAsync(arguments);

        Assert.Equal(isThere, builder.Resources.Any(resource => resource.Name == "playground"));
    }

    [Theory]
    [InlineData("true", typeof(RedisResource))]
    [InlineData("false", typeof(ExecutableResource))]
    public async Task Store_of_shared_limits_is_there_only_if_asked_for(string containers, Type kind)
    {
        await using var builder = await DescribeAsync($"--containers={containers}");
        await using var with = await DescribeAsync($"--containers={containers}", "--redis=true");

        Assert.DoesNotContain(builder.Resources, resource => resource.Name == "limits");
        Assert.IsType(kind, Find(with, "limits"), exactMatch: false);
        Assert.DoesNotContain("ConnectionStrings__limits", await EnvironmentAsync(builder, "mcp"));
        Assert.Equal("{limits.connectionString}", (await EnvironmentAsync(with, "mcp"))["ConnectionStrings__limits"]);
    }

    [Fact]
    public async Task Playground_has_a_secret_key_for_each_caller_and_the_mcp_server_only_its_hash()
    {
        await using var builder = await DescribeAsync();

        var (playground, mcp) = (await EnvironmentAsync(builder, "playground"), await EnvironmentAsync(builder, "mcp"));
        Assert.Equal(
            ["{playground-read-write-key.value}", "{playground-read-only-key.value}", "{playground-customer-key.value}"],
            Enumerable.Range(0, 3).Select(index => playground[$"Playground__Callers__{index}__ApiKey"]));
        Assert.All(
            builder.Resources.OfType<ParameterResource>().Where(parameter => parameter.Name.StartsWith("playground-", StringComparison.Ordinal)),
            parameter => Assert.True(parameter.Secret));
        Assert.StartsWith("hmac-sha256:", mcp["Authentication__ApiKeys__playground_read_only__Hash"], StringComparison.Ordinal);
        Assert.Equal("orders.read", mcp["Authentication__ApiKeys__playground_read_only__Scopes__0"]);
        Assert.DoesNotContain("Authentication__ApiKeys__playground_read_only__Scopes__1", mcp.Keys);
        Assert.Equal("1234", mcp["Authentication__ApiKeys__playground_customer__CustomerId"]);
        Assert.DoesNotContain(mcp.Values, value => value.StartsWith("omcp_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Playground_finds_the_mcp_server_by_service_discovery()
    {
        await using var builder = await DescribeAsync();

        Assert.Equal("{mcp.bindings.http.url}", (await EnvironmentAsync(builder, "playground"))["services__mcp__http__0"]);
    }

    [Fact]
    public async Task Wrong_setting_is_reported_by_name()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => DescribeAsync("--Ports:Api=many"));

        Assert.Contains("Ports:Api is 'many'", exception.ToString(), StringComparison.Ordinal);
    }

    private static async Task<IDistributedApplicationTestingBuilder> DescribeAsync(params string[] arguments) =>
        await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrdersMcp_AppHost>(arguments, TestContext.Current.CancellationToken);

    /// <summary>The published form of a local model.</summary>
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
