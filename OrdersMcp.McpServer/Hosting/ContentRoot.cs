namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// The folder of the settings files: that of the program. A tool starts in the current folder of its user or client, which
/// may contain the settings files of another program.
/// </summary>
internal static class ContentRoot
{
    private const string Setting = "contentRoot";

    /// <returns>The folder, or null if the command line or the environment names another.</returns>
    public static string? Of(string[] configuration) =>
        Array.Exists(configuration, argument => argument.TrimStart('-', '/').StartsWith(Setting, StringComparison.OrdinalIgnoreCase))
        || Environment.GetEnvironmentVariable($"ASPNETCORE_{Setting}") is not null
        || Environment.GetEnvironmentVariable($"DOTNET_{Setting}") is not null
            ? null
            : AppContext.BaseDirectory;
}
