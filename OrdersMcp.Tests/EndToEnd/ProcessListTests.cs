using System.Globalization;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The parts of the running stack that every user of the machine can read.</summary>
[Collection(StackCollection.Name)]
[Trait("Category", "Stack")]
public sealed class ProcessListTests(SharedStack shared)
{
    [Fact]
    public async Task Secrets_are_in_no_command_line_of_the_stack()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The command lines are read from /proc.");
        var stack = shared.Stack;
        string[] secrets =
        [
            stack.Postgres.Password,
            .. SecretsOf(await stack.ProcessOfAsync("api")),
            .. SecretsOf(await stack.ProcessOfAsync("mcp")),
        ];

        var lines = Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _))
            .Select(CommandLine).Where(line => line.Length > 0).ToArray();

        Assert.True(secrets.Length > 2);
        Assert.Contains(lines, line => line.Contains("OrdersMcp.Api", StringComparison.Ordinal));
        Assert.All(secrets, secret =>
        {
            Assert.True(secret.Length >= 12);
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
        });
    }

    /// <summary>The values in the environment of a service whose names say that they are secret.</summary>
    private static IEnumerable<string> SecretsOf(int pid) => File.ReadAllText($"/proc/{pid}/environ").Split('\0')
        .Select(entry => entry.Split('=', 2))
        .Where(entry => entry.Length == 2 && entry[1].Length >= 12 && (entry[0].EndsWith("Key", StringComparison.Ordinal)
            || entry[0].Contains("Password", StringComparison.Ordinal) || entry[0].Contains("Secret", StringComparison.Ordinal)))
        .Select(entry => entry[1]);

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // the process has ended
        }
    }
}
