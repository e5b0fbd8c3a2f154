using System.Diagnostics;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Samples;

/// <summary>A sample as a process.</summary>
internal sealed class SampleProcess(ProcessStartInfo start) : ServiceProcess(start, "Now listening on: ")
{
    public Uri Address { get; private set; } = null!;

    public Uri Endpoint => new(Address, "/mcp");

    public static async Task<SampleProcess> StartAsync(string program, params (string Key, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0", .. settings.Select(setting => $"--{setting.Key}={setting.Value}")])
        {
            WorkingDirectory = Path.GetDirectoryName(program),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var sample = new SampleProcess(start);
        sample.Address = new Uri(await sample.StartAsync());
        return sample;
    }
}
