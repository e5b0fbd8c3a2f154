using System.Diagnostics;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Aspire;

/// <summary>What the AppHost writes when it is published, by a process of its own, into a temporary folder.</summary>
internal sealed class PublishedFiles : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private PublishedFiles() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"ordersmcp-publish-{Guid.NewGuid():N}");

    /// <summary>What <c>aspire publish</c> writes for Docker Compose.</summary>
    public static Task<PublishedFiles> ComposeAsync(params string[] settings) => WriteAsync(
        folder => ["--operation", "publish", "--step", "publish", "--output-path", folder, "--Deployment:Target=compose", .. settings]);

    /// <summary>The manifest and the Bicep files that azd reads.</summary>
    public static Task<PublishedFiles> ManifestAsync(params string[] settings) => WriteAsync(
        folder => ["--publisher", "manifest", "--output-path", Path.Combine(folder, "aspire-manifest.json"), .. settings]);

    public string Read(string file) => File.ReadAllText(Path.Combine(Folder, file)).ReplaceLineEndings("\n");

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task<PublishedFiles> WriteAsync(Func<string, string[]> arguments)
    {
        var files = new PublishedFiles();
        try
        {
            var (exitCode, output, error) = await ProgramRun.RunAsync(
                new ProcessStartInfo("dotnet", [BuiltProgram.Path("OrdersMcp.AppHost"), .. arguments(files.Folder)]), Patience);
            Assert.True(exitCode == 0, output + error);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }
}
