using OrdersMcp.AppHost.Local;

namespace OrdersMcp.Tests.Hosting;

/// <summary>The programs that the AppHost installs, for tests that run them directly: the same versions, one copy.</summary>
internal static class InstalledTools
{
    private static readonly Lazy<Task<PostgresPrograms>> Postgres =
        new(() => PostgresPrograms.FindAsync(UserFolders.Cache, Console.WriteLine, CancellationToken.None));

    private static readonly Lazy<Task<InspectorProgram>> Inspector =
        new(() => InspectorProgram.FindAsync(UserFolders.Cache, Console.WriteLine, CancellationToken.None));

    private static readonly Lazy<Task<string>> Garnet =
        new(() => GarnetProgram.FindAsync(UserFolders.Cache, Console.WriteLine, CancellationToken.None));

    /// <summary>The server with the protocol of Redis, for <see cref="GarnetProgram.DotNet"/>.</summary>
    public static Task<string> GarnetAsync() => Garnet.Value;

    public static Task<PostgresPrograms> PostgresAsync() => Postgres.Value;

    public static Task<InspectorProgram> InspectorAsync() => Inspector.Value;

    /// <summary>The script of the official MCP conformance suite, for Node.</summary>
    public static Task<string> ConformanceAsync() =>
        ScriptAsync("conformance", Path.Combine("@modelcontextprotocol", "conformance", "dist", "index.js"));

    /// <summary>The <c>node_modules</c> with the MCP clients that tests use.</summary>
    public static async Task<string> ClientModulesAsync() => Path.GetDirectoryName(await ScriptAsync("clients", "x"))!;

    /// <summary>The program of Claude Code; npm installs only the package of this platform.</summary>
    public static async Task<string> ClaudeCodeAsync() => Path.Combine(
        Directory.GetDirectories(await ScriptAsync("claude-code", "@anthropic-ai"), "claude-code-*").Single(),
        OperatingSystem.IsWindows() ? "claude.exe" : "claude");

    /// <summary>The script of the OpenAPI linter, for Node.</summary>
    public static Task<string> OpenApiLinterAsync() =>
        ScriptAsync("openapi-lint", Path.Combine("@redocly", "cli", "bin", "cli.js"));

    /// <summary>The folder of packages with the authorization server.</summary>
    public static Task<string> AuthorizationServerAsync() => ScriptAsync("oidc-provider", "");

    /// <summary>The module of the JSON Schema validator with the meta-schemas of 2020-12, for Node.</summary>
    public static Task<string> JsonSchemaAsync() => ScriptAsync("json-schema", Path.Combine("ajv", "dist", "2020.js"));

    /// <summary>GitHub's OpenAPI document. Only this file of its package is kept; the others have hundreds of megabytes.</summary>
    public static async Task<string> GitHubDocumentAsync() => Path.Combine(
        await new NpmPackage("openapi-documents", UserFolders.Cache).InstallAsync(Console.WriteLine, KeepGitHub, CancellationToken.None),
        GitHubDocument);

    private const string GitHubDocument = "github.json";

    private static Task KeepGitHub(string work)
    {
        var modules = Path.Combine(work, "node_modules");
        File.Move(Path.Combine(modules, "@octokit", "openapi", "generated", "api.github.com.json"), Path.Combine(work, GitHubDocument));
        Directory.Delete(modules, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A script of a package that only tests need. Its lock file is in <c>Tools/</c>.</summary>
    private static async Task<string> ScriptAsync(string tool, string script) => Path.Combine(
        await new NpmPackage(tool, UserFolders.Cache).InstallAsync(Console.WriteLine, finish: null, CancellationToken.None),
        "node_modules",
        script);
}
