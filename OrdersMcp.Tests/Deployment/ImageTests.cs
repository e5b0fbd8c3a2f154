using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Deployment;

/// <summary>The images that <c>deploy/compose</c> builds, the images of others, and the stand-ins for them.</summary>
[Trait("Category", "Unit")]
public sealed partial class ImageTests
{
    private static readonly string Checkout = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.FullName;
    private static readonly string Dockerfile = Read("Dockerfile");

    [Fact]
    public void Build_has_exactly_the_projects_of_the_services()
    {
        var projects = new SortedSet<string>(StringComparer.Ordinal);
        Add("OrdersMcp.Api");
        Add("OrdersMcp.McpServer");

        Assert.Equal(projects, Copied().Matches(Dockerfile).Select(match => match.Groups["project"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(projects, Restored().Matches(Dockerfile).Select(match => match.Groups["project"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(projects, Read("Dockerfile.dockerignore").Split('\n')
            .Where(line => line.StartsWith("!OrdersMcp.", StringComparison.Ordinal)).Select(line => line[1..]).Order(StringComparer.Ordinal));

        void Add(string project)
        {
            if (projects.Add(project))
            {
                var references = XDocument.Load(Path.Combine(Checkout, project, $"{project}.csproj")).Descendants("ProjectReference");
                foreach (var reference in references)
                {
                    Add(Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));
                }
            }
        }
    }

    [Theory]
    [InlineData("database", "postgres")]
    [InlineData("inspector", "inspector")]
    public async Task Images_of_others_are_those_of_the_model(string service, string resource)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrdersMcp_AppHost>(
            ["--containers=true"], TestContext.Current.CancellationToken);
        var image = builder.Resources.Single(each => each.Name == resource).Annotations.OfType<ContainerImageAnnotation>().Last();

        var compose = (string)Yaml.Read("deploy", "compose", "compose.yaml")["services"]![service]!["image"]!;

        var named = string.Join('/', new[] { image.Registry, $"{image.Image}:{image.Tag}" }.OfType<string>());
        Assert.Equal(named.Replace("docker.io/library/", "", StringComparison.Ordinal), compose);
    }

    [Fact]
    public async Task There_is_a_stand_in_for_each_image_of_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program is a shell script.");
        var services = Yaml.Read("deploy", "compose", "compose.yaml")["services"]!.AsObject().Select(service => service.Value!);
        var needed = services.Where(service => service["build"] is null).Select(service => (string)service["image"]!)
            .Concat(Base().Matches(Dockerfile).Select(match => match.Groups["image"].Value));

        var (exitCode, output, error) = await ProgramRun.RunAsync(
            new ProcessStartInfo("/bin/sh", [Path.Combine(Checkout, "eng", "base-images.sh"), "--list"]), TimeSpan.FromMinutes(1));

        Assert.True(exitCode == 0, error);
        Assert.Subset(output.Split('\n').ToHashSet(StringComparer.Ordinal), needed.ToHashSet(StringComparer.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "deploy", "compose", file));

    [GeneratedRegex(@"^COPY (?<project>OrdersMcp\.\w+) \k<project>$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Copied();

    [GeneratedRegex(@"^COPY (?<project>OrdersMcp\.\w+)/\*\.csproj \k<project>/$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Restored();

    [GeneratedRegex(@"^ARG \w+=(?<image>\S+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Base();
}
