using System.Diagnostics;
using System.Xml.Linq;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Samples;

/// <summary>The packages of this build in a folder that serves as a package source, and programs built from them.</summary>
public sealed class PackedLibrary : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory); // artifacts/bin/OrdersMcp.Tests/debug/ of the checkout

    private readonly string _folder = Directory.CreateTempSubdirectory("ordersmcp-samples").FullName;

    /// <summary>A version that no cache has.</summary>
    public string Version { get; } = $"1.0.0-test.{Guid.NewGuid():N}";

    private static string Root => Output.Parent!.Parent!.Parent!.Parent!.FullName;

    private string Source => Path.Combine(_folder, "source");

    public async ValueTask InitializeAsync()
    {
        foreach (var project in new[] { "OrdersMcp.OpenApiTools", "packages/Testing", "packages/Templates" })
        {
            await RunAsync(_folder, "pack", Path.Combine(Root, project), "--no-build", "--configuration", Output.Name, "--output", Source, $"-p:PackageVersion={Version}");
        }

        Assert.Equal(3, Directory.GetFiles(Source, "*.nupkg").Length);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "nuget.config"), $"""<configuration><packageSources><add key="built" value="{Source}" /></packageSources></configuration>""");
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "Directory.Build.props"),
            """
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
            </Project>
            """);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Builds a sample as somebody else would: with the package instead of the project.</summary>
    /// <returns>The program.</returns>
    public async Task<string> BuildSampleAsync(string name)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Root, "samples", name)))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        var path = Path.Combine(copy, $"{name}.csproj");
        var project = XDocument.Load(path);
        foreach (var reference in project.Descendants("ProjectReference").ToArray())
        {
            reference.ReplaceWith(new XElement(
                "PackageReference", new XAttribute("Include", Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)), new XAttribute("Version", Version)));
        }

        foreach (var reference in project.Descendants("PackageReference").Where(each => each.Attribute("Version") is null))
        {
            reference.SetAttributeValue("Version", CentralVersionOf((string)reference.Attribute("Include")!));
        }

        project.Save(path);
        return await BuildAsync(copy, name);
    }

    /// <summary>Makes an app from the template, and builds it.</summary>
    /// <returns>The program.</returns>
    public async Task<string> BuildTemplateAsync(string name)
    {
        await RunAsync(_folder, "new", "install", Path.Combine(Source, $"OrdersMcp.OpenApiTools.Templates.{Version}.nupkg"));
        await RunAsync(_folder, "new", "openapi-tools", "--name", name, "--PackageVersion", Version);
        return await BuildAsync(Path.Combine(_folder, name), name);
    }

    private static string CentralVersionOf(string package) => (string)XDocument.Load(Path.Combine(Root, "Directory.Packages.props"))
        .Descendants("PackageVersion").Single(each => (string)each.Attribute("Include")! == package).Attribute("Version")!;

    private async Task<string> BuildAsync(string folder, string name)
    {
        await RunAsync(folder, "build", "--output", Path.Combine(folder, "out"));
        return Path.Combine(folder, "out", $"{name}.dll");
    }

    private async Task RunAsync(string folder, params string[] command)
    {
        var start = new ProcessStartInfo("dotnet", command) { WorkingDirectory = folder };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        if (command[0] != "pack")
        {
            // What was restored for this build is used from there; what the test packs goes with the test.
            start.Environment["RestoreFallbackFolders"] = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            start.Environment["NUGET_PACKAGES"] = Path.Combine(_folder, "packages");
        }

        if (command[0] == "new")
        {
            start.Environment["DOTNET_CLI_HOME"] = _folder;
        }

        var (exitCode, output, error) = await ProgramRun.RunAsync(start, Patience);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', command)}\n{output}{error}");
    }
}
