using OrdersMcp.AppHost.Embedded;
using OrdersMcp.AppHost.Embedded.Processes;
using OrdersMcp.AppHost.Embedded.Resources;
using OrdersMcp.AppHost.Embedded.Tools;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The programs that the AppHost installs, for tests that run them themselves: the same versions, one copy.</summary>
internal static class InstalledTools
{
    private static readonly Lazy<Task<PostgresBinaries>> PostgresPrograms = new(() => WithInstallerAsync(
        (tools, guardian) => PostgresBinaries.FindAsync(tools, guardian, new ConsoleReport(), CancellationToken.None)));

    private static readonly Lazy<Task<InspectorProgram>> InspectorPrograms = new(() => WithInstallerAsync(
        (tools, guardian) => InspectorProgram.FindAsync(tools, guardian, CancellationToken.None)));

    public static Task<PostgresBinaries> PostgresAsync() => PostgresPrograms.Value;

    public static Task<InspectorProgram> InspectorAsync() => InspectorPrograms.Value;

    /// <summary>The script of the official MCP conformance suite, for Node.</summary>
    public static Task<string> ConformanceAsync() =>
        ScriptAsync("conformance", Path.Combine("@modelcontextprotocol", "conformance", "dist", "index.js"));

    /// <summary>The <c>node_modules</c> with the MCP clients that tests use.</summary>
    public static async Task<string> ClientModulesAsync() => Path.GetDirectoryName(await ScriptAsync("clients", "x"))!;

    /// <summary>The script of the OpenAPI linter, for Node.</summary>
    public static Task<string> OpenApiLinterAsync() =>
        ScriptAsync("openapi-lint", Path.Combine("@redocly", "cli", "bin", "cli.js"));

    /// <summary>The folder of packages that has the authorization server.</summary>
    public static Task<string> AuthorizationServerAsync() => ScriptAsync("oidc-provider", "");

    /// <summary>The module of the JSON Schema validator with the meta-schemas of 2020-12, for Node.</summary>
    public static Task<string> JsonSchemaAsync() => ScriptAsync("json-schema", Path.Combine("ajv", "dist", "2020.js"));

    /// <summary>A script of a package that only tests need; its lock file is in <c>Tools/</c>.</summary>
    private static Task<string> ScriptAsync(string tool, string script) => WithInstallerAsync(
        async (tools, _) => Path.Combine(
            await tools.InstallAsync(tool, (_, _) => Task.CompletedTask, CancellationToken.None), "node_modules", script),
        lockFiles: "Tools");

    private static async Task<T> WithInstallerAsync<T>(Func<ToolInstaller, Guardian, Task<T>> find, string lockFiles = "Embedded/Tools")
    {
        // The guardian ends an npm that is running when the test run is killed.
        using var guardian = new Guardian(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        return await find(new ToolInstaller(UserFolders.Cache, guardian, new ConsoleReport(), lockFiles), guardian);
    }
}
