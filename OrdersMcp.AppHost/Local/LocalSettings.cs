using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Local;

/// <summary>How the system runs on this machine: the settings behind the command-line options.</summary>
/// <param name="settings">The AppHost's configuration: command line, environment (<c>Ports__Api</c>), user secrets.</param>
/// <param name="project">The AppHost's folder.</param>
internal sealed class LocalSettings(IConfiguration settings, string project)
{
    /// <summary>Whether to use free ports: in tests, and with <c>aspire run --isolated</c>.</summary>
    public bool HasRandomPorts => settings.GetValue("DcpPublisher:RandomizePorts", false);

    /// <summary>Whether to delete the kept data first.</summary>
    public bool IsFresh => settings.GetValue(CommandLine.Fresh, false);

    /// <summary>The folder kept between runs: the database, its password, the MCP server's journal.</summary>
    public string DataFolder => settings[CommandLine.Data] is { Length: > 0 } folder ? Path.GetFullPath(folder)
        : HasRandomPorts ? Path.Combine(UserFolders.Data, $"isolated-{Local.DataFolder.KeyOf(project)}")
        : UserFolders.Data;

    /// <summary>The folder for tools, which can be downloaded again.</summary>
    public string CacheFolder => settings[CommandLine.Cache] is { Length: > 0 } folder ? Path.GetFullPath(folder) : UserFolders.Cache;

    /// <summary>A port of the system on this machine.</summary>
    /// <param name="name">Api, Mcp, Playground, Inspector or Postgres.</param>
    /// <param name="standard">The default port; null for any free port.</param>
    /// <returns>The port, or null for any free port.</returns>
    /// <exception cref="DistributedApplicationException">The setting is not a port.</exception>
    public int? Port(string name, int? standard)
    {
        var text = settings[$"{CommandLine.Ports}:{name}"];
        var port = string.IsNullOrWhiteSpace(text) ? HasRandomPorts ? null : standard
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 ? number
            : throw new DistributedApplicationException(
                $"The setting {CommandLine.Ports}:{name} is '{text}'; it must be a port from 0 to 65535, where 0 means any free port.");
        return port == 0 ? null : port;
    }
}
