using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>The common setup of both services.</summary>
internal static class ServiceExtensions
{
    /// <summary>
    /// Runs the program that was built with this one. By default Aspire starts a project with <c>dotnet run</c>, which costs four
    /// seconds of processor time and 60 MB for each. An IDE still starts it itself to debug it, and so does
    /// <c>dotnet watch</c>.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AsBuilt(this IResourceBuilder<ProjectResource> service)
    {
        if (service.ApplicationBuilder.ExecutionContext.IsPublishMode
            || service.ApplicationBuilder.Configuration.GetValue("DOTNET_WATCH", false))
        {
            return service;
        }

        var project = service.Resource.GetProjectMetadata().ProjectPath;
        return service
            .WithAnnotation(new ExecutableAnnotation { Command = Program(project), WorkingDirectory = Path.GetDirectoryName(project)! })
            // It speaks plain HTTP on this machine. Without this the dashboard shows an error if there is no developer certificate.
            .WithoutHttpsCertificate()
            // The .NET that runs this program, which need not be in a default location.
            .WithEnvironment("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")))
            // For a developer, a fast start matters more than the last tenth of throughput. This turns off instrumented code
            // and the double mapping of code pages (W^X), which take a fifth of the start.
            .WithEnvironment("DOTNET_TieredPGO", "0")
            .WithEnvironment("DOTNET_EnableWriteXorExecute", "0")
            // The dashboard may stop before the service. Exporting the last telemetry must not delay the end.
            .WithEnvironment("OTEL_EXPORTER_OTLP_TIMEOUT", "1000");
    }

    /// <summary>The program of a project in the shared folder of build results: <c>bin/{project}/{configuration}/</c>.</summary>
    public static string Program(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, name, here.Name, name);
        return OperatingSystem.IsWindows() ? program + ".exe" : program;
    }

    /// <summary>Adds the links of the service on the dashboard: its page and paths of it.</summary>
    public static IResourceBuilder<ProjectResource> WithLinks(
        this IResourceBuilder<ProjectResource> service, string page, params (string Path, string Text)[] links) => service.WithUrls(context =>
        {
            foreach (var url in context.Urls.Where(url => url.Endpoint is not null).ToArray())
            {
                var suffix = url.Endpoint!.EndpointName == "https" ? " (HTTPS)" : "";
                url.DisplayText = page + suffix;
                context.Urls.AddRange(links.Select(link => new ResourceUrlAnnotation
                {
                    Url = new Uri(new Uri(url.Url), link.Path).AbsoluteUri,
                    DisplayText = link.Text + suffix,
                    Endpoint = url.Endpoint,
                }));
            }
        });

    /// <summary>Keeps the MCP server's journal of tool calls in the data folder.</summary>
    public static IResourceBuilder<ProjectResource> WithJournal(this IResourceBuilder<ProjectResource> mcp)
    {
        if (mcp.ApplicationBuilder.ExecutionContext.IsPublishMode)
        {
            return mcp;
        }

        var data = mcp.ApplicationBuilder.LocalRun().Data;
        return mcp.WithEnvironment("Audit__Directory", data.Audit).BeforeStart((_, _) =>
        {
            data.Claim();
            return Task.CompletedTask;
        });
    }
}
