namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Where the credential of the services can be read, and where not.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class ServiceCredentialSecrecyTests(SharedStack shared)
{
    private const string Variable = "Authentication__ServiceKey=";

    [Fact]
    public async Task Credential_is_in_the_environment_of_both_services_and_in_no_command_line_or_output()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows the environment of a process as a file.");
        var (api, mcp) = (await shared.Stack.ProcessOfAsync("api"), await shared.Stack.ProcessOfAsync("mcp"));

        var key = (await ReadAsync(api, "environ")).Single(each => each.StartsWith(Variable, StringComparison.Ordinal))[Variable.Length..];

        Assert.InRange(key.Length, 32, 200);
        Assert.Contains($"Mcp__Apis__0__ApiKey={key}", await ReadAsync(mcp, "environ"));
        Assert.DoesNotContain(key, await shared.Stack.ConsoleAsync("api"), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await shared.Stack.ConsoleAsync("mcp"), StringComparison.Ordinal);
        foreach (var process in Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)))
        {
            Assert.DoesNotContain(await ReadAsync(int.Parse(process!), "cmdline"), part => part.Contains(key, StringComparison.Ordinal));
        }
    }

    private static async Task<string[]> ReadAsync(int process, string file)
    {
        try
        {
            return (await File.ReadAllTextAsync($"/proc/{process}/{file}", TestContext.Current.CancellationToken)).Split('\0');
        }
        catch (IOException)
        {
            return []; // the process has ended
        }
    }
}
