using System.Diagnostics;

namespace OrdersMcp.Tests.Aspire;

/// <summary>The container engine of this machine, where there is one.</summary>
internal static class ContainerEngine
{
    private static readonly string[] Programs = ["docker", "podman"];
    private static readonly Lazy<string?> Reason = new(() => Array.Exists(Programs, Answers)
        ? null
        : $"No container engine answers on this machine (asked {string.Join(" and ", Programs)}).");

    /// <summary>Why there is none; null where there is.</summary>
    public static string? Missing => Reason.Value;

    private static bool Answers(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["version"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            return process.WaitForExit(TimeSpan.FromSeconds(20)) && process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }
}
