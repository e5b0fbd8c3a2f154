using System.Collections.Concurrent;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Telemetry;

/// <summary>
/// The name of the program that calls, made fit for telemetry: lower case, few characters, and as a label of metrics one
/// of the known clients, of the first so many others, or <c>other</c>. A client says of itself what it likes.
/// </summary>
internal sealed class ClientNames
{
    public const string Unknown = "unknown";
    public const string Other = "other";

    /// <summary>How many names that are not known beforehand become labels.</summary>
    public const int MostOthers = 50;

    private const int LongestName = 40;

    /// <summary>Nobody who invents names can crowd these out.</summary>
    private static readonly string[] Known =
    [
        Unknown, "claude-code", "claude-ai", "claude-desktop", "visual-studio-code", "vscode", "cursor-vscode", "cursor", "codex",
        "windsurf", "zed", "goose", "gemini-cli-mcp-client", "chatgpt", "openai-mcp", "mcp-inspector", "inspector-client", "mcpdo", "mcp-remote",
    ];

    private readonly ConcurrentDictionary<string, bool> _labels =
        new(Known.Select(name => KeyValuePair.Create(name, value: true)), StringComparer.Ordinal);

    private int _others;

    /// <summary>The name and version that a request states, or those of its User-Agent's first product.</summary>
    public static (string Name, string? Version) Of(Implementation? client, HttpContext? context)
    {
        if (client is { Name.Length: > 0 })
        {
            return (Normalize(client.Name), string.IsNullOrEmpty(client.Version) ? null : Normalize(client.Version));
        }

        var product = (context?.Request.Headers.UserAgent.ToString() ?? "").AsSpan().Trim();
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

    /// <summary>The label of whoever was turned away at the door: a name that no caller has brought yet is none.</summary>
    public string LabelOfStranger(string name) => _labels.ContainsKey(name) ? name : Other;

    /// <summary>Letters, digits and <c>. _ -</c> of ASCII, in lower case; a run of anything else is one hyphen.</summary>
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
