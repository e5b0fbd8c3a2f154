using System.Diagnostics;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Playground.Evals;

/// <summary>The command <c>eval</c> with the scripted model, the MCP server and the orders API, each in its own process.</summary>
[Trait("Category", "Postgres")]
public sealed class ScriptedEvaluationTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string ServiceKey = "service-key-0123456789-0123456789-0123456789";
    private const string ScopeOfReaders = "orders.read", ScopeOfWriters = "orders.write";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly (string Id, ApiKey Key, string[] Scopes, string? Customer)[] Callers =
    [
        ("read-write", ApiKey.Create(), [ScopeOfReaders, ScopeOfWriters], null),
        ("read-only", ApiKey.Create(), [ScopeOfReaders], null),
        ("customer", ApiKey.Create(), [ScopeOfReaders, ScopeOfWriters], "1234"),
    ];

    private ApiProcess _api = null!;
    private McpProcess _mcp = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ApiProcess.StartAsync(await postgres.CreateDatabaseAsync(), ("Seed:Demo", "true"), ("Authentication:ServiceKey", ServiceKey));
        await Until.HealthyAsync(new Uri($"{_api.Address}/health"));
        _mcp = await McpProcess.StartAsync(_api.Address, [("Mcp:Apis:0:ApiKey", ServiceKey), .. Callers.SelectMany((caller, index) => Entry(index, caller))]);
        await Until.HealthyAsync(new Uri(_mcp.Endpoint, "/health"));
    }

    public async ValueTask DisposeAsync()
    {
        await (_mcp?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_api?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task Scripted_model_succeeds_with_every_case_that_needs_no_model_and_does_again()
    {
        var (exitCode, output, error) = await EvaluateAsync(
            ["--k", "2"],
            [.. Callers.SelectMany((caller, index) => new[] { ($"Playground__Callers__{index}__Id", caller.Id), ($"Playground__Callers__{index}__Name", caller.Id), ($"Playground__Callers__{index}__ApiKey", caller.Key.Text) })]);

        Assert.True(exitCode == 0, output + error);
        Assert.Matches(@"(?m)^total +(?<runs>\d\d) of \k<runs> ", output);
        Assert.Matches(@"(?m)^cancel-an-order-accepted +2 of 2 ", output);
        Assert.Matches(@"(?m)^customer-sees-no-order-of-others +2 of 2 ", output);
        Assert.Contains("not run: needs a real model", output, StringComparison.Ordinal);
        Assert.DoesNotContain("not in Playground:Callers", output, StringComparison.Ordinal);
        Assert.All(Callers, caller => Assert.DoesNotContain(caller.Key.Text, output + error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Case_that_expects_something_else_fails_and_says_what_happened()
    {
        using var folder = CaseFilesTests.Folder(("wrong.json",
            """
            [
              {"name":"wrong","prompt":"Show order 1","caller":"read-write","toolCalls":[{"name":"get_order","arguments":{"orderId":2}}],"mustContain":["Bob Smith"]},
              {"name":"bound","prompt":"Show order 1","caller":"customer"}
            ]
            """));

        // Without keys: the server admits who comes from this machine, since it has only keys for development.
        var (exitCode, output, error) = await EvaluateAsync(["--cases", folder.Path]);

        Assert.True(exitCode == 1, output + error);
        Assert.Matches(@"(?m)^wrong +0 of 1 +1 +1 ", output);
        Assert.Contains("""get_order with {"orderId":2} was expected; it called get_order {"orderId":1}""", output, StringComparison.Ordinal);
        Assert.Contains("the answer lacks \"Bob Smith\"", output, StringComparison.Ordinal);
        Assert.Contains("not run: the caller customer is not in Playground:Callers (1)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_does_not_run_is_one_error()
    {
        var (exitCode, output, error) = await EvaluateAsync(["--mcp", "http://127.0.0.1:1"]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith("The MCP server cannot be reached.", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output, string Error)> EvaluateAsync(string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] server = arguments.Contains("--mcp", StringComparer.Ordinal) ? [] : ["--mcp", _mcp.Endpoint.GetLeftPart(UriPartial.Authority)];
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.Playground"), "eval", .. server, .. arguments]);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Testing"; // reads no user secrets
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var run = await ProgramRun.RunAsync(start, Patience, input: "");
        TestContext.Current.TestOutputHelper?.WriteLine(run.Output); // the table, for whoever reads the test's report
        return run;
    }

    private static IEnumerable<(string Key, string Value)> Entry(int index, (string Id, ApiKey Key, string[] Scopes, string? Customer) caller)
    {
        var entry = $"Authentication:ApiKeys:{index}:";
        yield return ($"{entry}Name", caller.Id);
        yield return ($"{entry}Hash", KeyHash.Of(caller.Key.Id, caller.Key.Secret).Text);
        yield return ($"{entry}IsForDevelopment", "true");
        foreach (var (i, scope) in caller.Scopes.Index())
        {
            yield return ($"{entry}Scopes:{i}", scope);
        }

        if (caller.Customer is { } customer)
        {
            yield return ($"{entry}CustomerId", customer);
        }
    }
}
