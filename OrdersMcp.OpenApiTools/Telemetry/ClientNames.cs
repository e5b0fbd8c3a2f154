using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Telemetry;

/// <summary>
/// The normalized name of the client program for telemetry: lower case and few characters. As a metric label it is a known
/// client, one of a limited number of others, or <c>other</c>, because a client can claim any name.
/// </summary>
internal sealed class ClientNames
{
    public const string Unknown = "unknown";
    public const string Other = "other";

    /// <summary>The maximum number of unlisted names that become labels.</summary>
    public const int MostOthers = 50;

    private const int LongestName = 40;

    /// <summary>Invented names cannot displace these.</summary>
    private static readonly string[] Known =
    [
        Unknown, "claude-code", "claude-ai", "claude-desktop", "visual-studio-code", "vscode", "cursor-vscode", "cursor", "codex",
        "windsurf", "zed", "goose", "gemini-cli-mcp-client", "chatgpt", "openai-mcp", "mcp-inspector", "inspector-client", "mcpdo", "mcp-remote",
    ];

    private readonly ConcurrentDictionary<string, bool> _labels =
        new(Known.Select(name => KeyValuePair.Create(name, value: true)), StringComparer.Ordinal);

    private int _others;

    /// <summary>The name and version that the request states, or those of the first product of its User-Agent.</summary>
    public static (string Name, string? Version) Of(Implementation? client, string? userAgent)
    {
        if (client is { Name.Length: > 0 })
        {
            return (Normalize(client.Name), string.IsNullOrEmpty(client.Version) ? null : Normalize(client.Version));
        }

        var product = userAgent.AsSpan().Trim();
        product = product.IndexOf(' ') is > 0 and var end ? product[..end] : product;
        return product.IndexOf('/') is > 0 and var slash
            ? (Normalize(product[..slash]), Normalize(product[(slash + 1)..]))
            : (product.IsEmpty ? Unknown : Normalize(product), null);
    }

    /// <summary>The label of a normalized name.</summary>
    public string Label(string name)
    {
        if (_labels.ContainsKey(name))
        {
            return name;
        }

        if (Volatile.Read(ref _others) >= MostOthers)
        {
            return Other;
        }

        if (Interlocked.Increment(ref _others) > MostOthers)
        {
            return Other;
        }

        _labels.TryAdd(name, value: true);
        return name;
    }

    /// <summary>The label of a refused, unauthenticated caller. It cannot add new names.</summary>
    public string LabelOfStranger(string name) => _labels.ContainsKey(name) ? name : Other;

    /// <summary>Keeps ASCII letters, digits and <c>. _ -</c>, in lower case; other runs become one hyphen.</summary>
    private static string Normalize(ReadOnlySpan<char> name)
    {
        Span<char> letters = stackalloc char[LongestName];
        var length = 0;
        foreach (var letter in name)
        {
            var next = char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' ? char.ToLowerInvariant(letter) : '-';
            if (length == LongestName)
            {
                break;
            }

            if (next != '-' || (length > 0 && letters[length - 1] != '-'))
            {
                letters[length++] = next;
            }
        }

        var text = letters[..length].TrimEnd('-');
        return text.IsEmpty ? Unknown : text.ToString();
    }
}
