using System.Diagnostics;

namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>How a child is started and ended. Secrets go into the environment, which other users cannot read.</summary>
internal sealed record Launch(string FileName, params string[] Arguments)
{
    public string WorkingDirectory { get; init; } = "/";
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
    public Signal StopSignal { get; init; } = Signal.Terminate;

    // What configures this host (its launch profile, a caller's Aspire) must not reach the children by inheritance.
    private static readonly string[] Withheld =
        ["ASPNETCORE_", "ASPIRE_", "DASHBOARD__", "DOTNET_DASHBOARD_", "DOTNET_RESOURCE_", "OTEL_", "MCP_"];

    public ProcessStartInfo ToStartInfo()
    {
        var (fileName, arguments) = OwnSession.Wrap(FileName, Arguments);
        var info = new ProcessStartInfo(fileName, arguments)
        {
            WorkingDirectory = WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Where(IsWithheld).ToArray())
        {
            info.Environment.Remove(name);
        }

        foreach (var (name, value) in Environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    private static bool IsWithheld(string name) =>
        name is "DOTNET_ENVIRONMENT" or "DOTNET_LAUNCH_PROFILE" or "DOTNET_URLS"
        || Array.Exists(Withheld, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
