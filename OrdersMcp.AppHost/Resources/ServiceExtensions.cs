using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using OrdersMcp.AppHost.Local;

namespace OrdersMcp.AppHost.Resources;

/// <summary>What both services have in common.</summary>
internal static class ServiceExtensions
{
    /// <summary>
    /// The service is the program that was built with this one. By default Aspire starts a project by <c>dotnet run</c>,
    /// which costs four seconds of processor time and 60 MB for each. An IDE still starts it by itself, to debug it, and so
    /// does <c>dotnet watch</c>.
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
            // Where the .NET is that runs this program; it may be in no place that programs look at.
            .WithEnvironment("DOTNET_ROOT", Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..")))
            // A developer waits for the start, not for the last tenth of throughput: code is not instrumented first, and its
            // pages are not mapped twice (W^X), which costs a fifth of the start.
            .WithEnvironment("DOTNET_TieredPGO", "0")
            .WithEnvironment("DOTNET_EnableWriteXorExecute", "0")
            // The dashboard may be stopped before the service: its last telemetry must not hold up the end.
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

    /// <summary>The links of the service on the dashboard: its page, and paths of it.</summary>
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

    /// <summary>The MCP server's journal of tool calls is with what is kept between runs.</summary>
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
