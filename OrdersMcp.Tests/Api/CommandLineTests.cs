using OrdersMcp.Api;

namespace OrdersMcp.Tests.Api;

/// <summary>The command line of the API, and its errors.</summary>
[Trait("Category", "Unit")]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--urls=http://127.0.0.1:0")]
    [InlineData("--urls http://127.0.0.1:0")]
    [InlineData("--Seed:Demo=true --environment Development")]
    [InlineData("/Seed:Demo=true Seed:Demo=true")]
    [InlineData("--environment seed")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1")]
    [InlineData("--Database:ServiceRole=")]
    [InlineData("--Database:ServiceRole orders_service")]
    public async Task Settings_alone_start_the_server(string line)
    {
        string[] arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[]? served = null;
        using var output = new StringWriter();

        var exitCode = await ApiCommandLine.RunAsync(
            arguments,
            settings =>
            {
                served = settings;
                return Task.CompletedTask;
            },
            output,
            output,
            TestContext.Current.CancellationToken);

        Assert.Equal(0, exitCode);
        Assert.Equal(arguments, served);
        Assert.Empty(output.ToString());
    }

    [Theory]
    [InlineData("--Database:ServiceRole")]
    [InlineData("--urls --Seed:Demo=true")]
    [InlineData("seed --orders 5 --ConnectionStrings:ordersdb")]
    public async Task Setting_without_a_value_is_an_error_that_names_it(string line)
    {
        var (exitCode, output, error) = await RunAsync(line);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("is a setting and needs a value.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "seed", "grant-access", "migrate", "--key=value")]
    [InlineData("-h", "seed", "grant-access")]
    [InlineData("--urls http://127.0.0.1:0 --help", "seed", "grant-access")]
    [InlineData("seed --help", "--orders", "10000000", "ConnectionStrings__ordersdb")]
    [InlineData("grant-access --help", "--Access:Role", "--Access:ObjectId", "--Access:OwnerPassword", "--Access:ServicePassword",
        "--Access:Owner ", "--Database:ServiceRole")]
    public async Task Help_lists_the_commands_and_options(string line, params string[] told)
    {
        var (exitCode, output, error) = await RunAsync(line);

        Assert.Equal(0, exitCode);
        Assert.All(told, text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.Empty(error);
    }

    [Theory]
    [InlineData("sede", "seed")]
    [InlineData("grant-acess", "grant-access")]
    [InlineData("--urls=http://127.0.0.1:0 seeed --orders=5", "seed")]
    [InlineData("--hlep", "--help")]
    [InlineData("seed --ordres", "--orders")]
    public async Task Unknown_word_is_an_error_that_names_the_nearest_word(string line, string nearest)
    {
        var (exitCode, output, error) = await RunAsync(line);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("was not matched. Did you mean", error, StringComparison.Ordinal);
        Assert.Contains($"\n{nearest}\n", error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("seed --orders")]
    [InlineData("seed --orders none")]
    [InlineData("seed --orders=0")]
    [InlineData("seed --orders 10000001")]
    public async Task Seed_without_a_valid_number_of_orders_is_an_error(string line)
    {
        var (exitCode, _, error) = await RunAsync(line);

        Assert.Equal(2, exitCode);
        Assert.Contains("--orders", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed --orders 5")]
    [InlineData("seed --orders=5 --ConnectionStrings:ordersdb=")]
    public async Task Seed_that_fails_says_why(string line)
    {
        var (exitCode, _, error) = await RunAsync(line);

        Assert.Equal(1, exitCode);
        Assert.Contains("ConnectionStrings:ordersdb", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grant-access --Access:Role=r --Access:ObjectId o --ConnectionStrings:ordersdb Host=127.0.0.1")]
    [InlineData("grant-access --Access:Role r --Access:ObjectId=o --ConnectionStrings:ordersdb=Host=127.0.0.1")]
    public async Task Grant_access_takes_its_settings_as_options(string line)
    {
        var (exitCode, _, error) = await RunAsync(line);

        Assert.Equal(2, exitCode);
        Assert.Contains("does not name a database", error, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await ApiCommandLine.RunAsync(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            _ => throw new InvalidOperationException("The server starts."),
            output,
            error,
            TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}
