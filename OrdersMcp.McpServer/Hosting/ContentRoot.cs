namespace OrdersMcp.McpServer.Hosting;

/// <summary>
/// Where the settings files are: beside the program, because a tool is started in whatever folder its user or client is in,
/// which may have settings files of another program.
/// </summary>
internal static class ContentRoot
{
    private const string Setting = "contentRoot";

    /// <returns>The folder, or null where the command line or the environment names another.</returns>
    public static string? Of(string[] configuration) =>
        Array.Exists(configuration, argument => argument.TrimStart('-', '/').StartsWith(Setting, StringComparison.OrdinalIgnoreCase))
        || Environment.GetEnvironmentVariable($"ASPNETCORE_{Setting}") is not null
        || Environment.GetEnvironmentVariable($"DOTNET_{Setting}") is not null
            ? null
            : AppContext.BaseDirectory;
}
