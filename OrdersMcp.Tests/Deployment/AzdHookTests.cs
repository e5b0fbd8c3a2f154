using System.Diagnostics;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.Deployment;

/// <summary>The azd hooks, with fakes of the Azure CLI, azd, openssl and sleep.</summary>
[Trait("Category", "Unit")]
public sealed class AzdHookTests : IDisposable
{
    private const string Image = "registry.example/api:7";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Jobs_run_the_pushed_image_one_after_the_other_to_their_end()
    {
        var (exitCode, calls, output) = await PrepareAsync("Running", "Running", "Succeeded", "Processing", "Succeeded");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            [
                $"job update database-access {Image}", "job start database-access", "show", "show", "show",
                $"job update database-migrations {Image}", "job start database-migrations", "show", "show",
            ],
            calls);
        Assert.Contains("database-migrations: succeeded", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Stopped")]
    [InlineData("Degraded")]
    [InlineData("")]
    public async Task Job_that_does_not_succeed_ends_the_deployment_before_the_next_one(string status)
    {
        var (exitCode, calls, output) = await PrepareAsync("Running", status);

        Assert.Equal(1, exitCode);
        Assert.DoesNotContain(calls, call => call.Contains("database-migrations", StringComparison.Ordinal));
        Assert.Contains("az containerapp job logs show --name database-access", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_secrets_are_created_at_random_and_those_that_are_there_stay()
    {
        var (exitCode, calls, output) = await SecretsAsync("""printf 'service-key\nservice-key-other-one\n'""");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            ["set service-key-other random", "set mcp-signing-key random", "set mcp-signing-key-other random"], // a longer name is another secret
            calls);
        Assert.DoesNotContain("random", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vault_that_cannot_be_read_is_not_taken_for_an_empty_one()
    {
        var (exitCode, calls, output) = await SecretsAsync("exit 1");

        Assert.Equal(1, exitCode);
        Assert.Empty(calls);
        Assert.Contains("Key Vault Secrets Officer", output, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string[] Calls, string Output)> PrepareAsync(params string[] statuses)
    {
        await WriteAsync("statuses", string.Join('\n', statuses) + '\n');
        await ProgramAsync("azd", $"[ \"$*\" = 'env get-value SERVICE_API_IMAGE_NAME' ] && echo {Image}");
        await ProgramAsync(
            "az",
            $"""
            case "$*" in
              "containerapp job update "*) echo "job update $5 $9" >> '{_folder.Path}/calls' ;;
              "containerapp job start "*) echo "job start $5" >> '{_folder.Path}/calls'; echo an-execution ;;
              "containerapp job execution show "*) echo show >> '{_folder.Path}/calls'; head -1 '{_folder.Path}/statuses'; sed -i 1d '{_folder.Path}/statuses' ;;
              *) exit 64 ;;
            esac
            """);
        return await RunAsync("prepare-database.sh", ("AZURE_RESOURCE_GROUP", "rg-orders"));
    }

    private async Task<(int ExitCode, string[] Calls, string Output)> SecretsAsync(string list)
    {
        await ProgramAsync("openssl", "echo random");
        await ProgramAsync(
            "az",
            $"""
            case "$*" in
              "keyvault secret list --vault-name kv-orders "*) {list} ;;
              "keyvault secret set --vault-name kv-orders --name "*) echo "set $7 $(cat "$9")" >> '{_folder.Path}/calls' ;;
              *) exit 64 ;;
            esac
            """);
        return await RunAsync("secrets.sh", ("AZURE_KEY_VAULT_NAME", "kv-orders"));
    }

    private async Task<(int ExitCode, string[] Calls, string Output)> RunAsync(string script, (string Name, string Value) output)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The programs are shell scripts.");
        // Time advances by the durations that the script sleeps.
        await ProgramAsync("sleep", $"echo $(($(cat '{_folder.Path}/clock') + $1)) > '{_folder.Path}/clock'");
        await ProgramAsync("date", $"cat '{_folder.Path}/clock'");
        await WriteAsync("clock", "1000\n");
        await WriteAsync("calls", "");
        var start = new ProcessStartInfo("/bin/sh", [Path.Combine(AppContext.BaseDirectory, "infra", "hooks", script)]) { WorkingDirectory = _folder.Path };
        start.Environment["PATH"] = $"{_folder.Path}:/usr/bin:/bin";
        start.Environment[output.Name] = output.Value;
        var (exitCode, standard, error) = await ProgramRun.RunAsync(start, TimeSpan.FromMinutes(1));
        return (exitCode, await File.ReadAllLinesAsync(Path.Combine(_folder.Path, "calls"), TestContext.Current.CancellationToken), standard + error);
    }

    private Task WriteAsync(string name, string text)
    {
        Directory.CreateDirectory(_folder.Path);
        return File.WriteAllTextAsync(Path.Combine(_folder.Path, name), text, TestContext.Current.CancellationToken);
    }

    private async Task ProgramAsync(string name, string script)
    {
        await WriteAsync(name, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_folder.Path, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
