using System.Net;
using Npgsql;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>Keeps orders and passwords off the network in plain text: connections to other machines need TLS.</summary>
internal static class DatabaseTransport
{
    public const string AllowPlaintext = $"{DatabaseOptions.Section}:{nameof(DatabaseOptions.AllowPlaintext)}";

    /// <returns>The problem of a connection that could run to another machine without TLS, or null.</returns>
    public static string? Problem(string name, NpgsqlConnectionStringBuilder connection) =>
        connection.SslMode is SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull
        || (connection.Host ?? "").Split(',', StringSplitOptions.TrimEntries).All(IsOfThisMachine)
            ? null
            : $"The connection string '{name}' connects to another machine without requiring TLS. Add 'SSL Mode=VerifyFull' to "
            + $"ConnectionStrings:{name} (and 'Root Certificate=…' if you use your own certificate authority), or set "
            + $"{AllowPlaintext}=true if the network itself is encrypted.";

    /// <summary>A loopback address or a Unix socket. An empty host does not count, because Npgsql then chooses the host.</summary>
    private static bool IsOfThisMachine(string host)
    {
        var colon = host.LastIndexOf(':');
        var name = colon > 0 && host.IndexOf(':') == colon ? host[..colon] : host;
        return name.StartsWith('/') || name.StartsWith('@') || string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }
}
