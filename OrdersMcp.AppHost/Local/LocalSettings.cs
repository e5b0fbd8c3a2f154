using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace OrdersMcp.AppHost.Local;

/// <summary>How the system runs on this machine: the settings that the options of the command line stand for.</summary>
/// <param name="settings">The AppHost's configuration: command line, environment (<c>Ports__Api</c>), user secrets.</param>
/// <param name="project">The AppHost's folder.</param>
internal sealed class LocalSettings(IConfiguration settings, string project)
{
    /// <summary>Whether every port is a free one: in tests, and by <c>aspire run --isolated</c>.</summary>
    public bool HasRandomPorts => settings.GetValue("DcpPublisher:RandomizePorts", false);

    /// <summary>Whether the kept data is thrown away first.</summary>
    public bool IsFresh => settings.GetValue(CommandLine.Fresh, false);

    /// <summary>What is kept between runs: the database, its password, the MCP server's journal.</summary>
    public string DataFolder => settings[CommandLine.Data] is { Length: > 0 } folder ? Path.GetFullPath(folder)
        : HasRandomPorts ? Path.Combine(UserFolders.Data, $"isolated-{Local.DataFolder.KeyOf(project)}")
        : UserFolders.Data;

    /// <summary>What can be fetched again: the tools.</summary>
    public string CacheFolder => settings[CommandLine.Cache] is { Length: > 0 } folder ? Path.GetFullPath(folder) : UserFolders.Cache;

    /// <summary>A port of the system on this machine.</summary>
    /// <param name="name">Whose: Api, Mcp, Inspector, Postgres.</param>
    /// <param name="standard">The port where none is set; null takes any free one.</param>
    /// <returns>Null for any free one.</returns>
    /// <exception cref="DistributedApplicationException">It is no port.</exception>
    public int? Port(string name, int? standard)
    {
        var text = settings[$"{CommandLine.Ports}:{name}"];
        var port = string.IsNullOrWhiteSpace(text) ? HasRandomPorts ? null : standard
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65535 ? number
            : throw new DistributedApplicationException(
                $"The setting {CommandLine.Ports}:{name} is '{text}'; it takes a port from 0 to 65535, and 0 takes any free one.");
        return port == 0 ? null : port;
    }
}
