using OrdersMcp.AppHost.Local;

namespace OrdersMcp.Tests.AppHost;

/// <summary>The options of the AppHost.</summary>
[Trait("Category", "Unit")]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--api-port 5081", "--Ports:Api=5081")]
    [InlineData("--mcp-port=0", "--Ports:Mcp=0")]
    [InlineData("--dashboard-port 18900", "--ASPNETCORE_URLS=http://localhost:18900")]
    [InlineData("--fresh --data /tmp/x", "--Fresh=true --Data=/tmp/x")]
    [InlineData("--containers false", "--Containers=false")]
    [InlineData("--api-port 0 --data /tmp/x --api-port 5081 --data=/tmp/y", "--Ports:Api=5081 --Data=/tmp/y")]
    [InlineData("--fresh --fresh", "--Fresh=true")]
    [InlineData("--containers=TRUE", "--Containers=true")]
    [InlineData("--operation publish --publisher manifest", "--operation publish --publisher manifest")]
    public void Option_becomes_a_setting_and_other_arguments_stay(string arguments, string settings)
    {
        Assert.Null(CommandLine.Answer(arguments.Split(' ')));
        Assert.Equal(settings.Split(' '), CommandLine.ToSettings(arguments.Split(' ')));
    }

    [Theory]
    [InlineData("--api-prt=1")]
    [InlineData("--api-port=99999")]
    [InlineData("--api-port 1 --api-port x")]
    [InlineData("--data /tmp/x /tmp/y")]
    [InlineData("--api-port")]
    [InlineData("--data")]
    [InlineData("--data=")]
    [InlineData("--data --fresh")]
    [InlineData("fresh")]
    [InlineData("--fresh true")]
    [InlineData("--fresh=yes")]
    [InlineData("--containers=maybe")]
    public void Wrong_option_is_a_usage_error(string arguments) =>
        Assert.Equal(CommandLine.UsageError, CommandLine.Answer(arguments.Split(' ')));
}
