using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol.Protocol;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Catalog.Skills;

/// <summary>Builds a skill from its files, by the rules of the Agent Skills specification and the limits of SEP-2640.</summary>
internal static partial class SkillParser
{
    private const int MostFiles = 512;
    private const int MostBytes = 16 * 1024 * 1024;
    private const int LongestDescription = 1024;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="space">The first part of its URIs: the name of an API.</param>
    /// <param name="folder">The name of its folder; the skill must have the same name.</param>
    /// <param name="files">Its files by their relative paths, separated by <c>/</c>.</param>
    /// <exception cref="ApiDocumentException">It is not a valid skill, or too large for a client.</exception>
    public static Skill Parse(string space, string folder, IReadOnlyCollection<(string Path, ReadOnlyMemory<byte> Content)> files)
    {
        if (files.Count > MostFiles || files.Sum(file => (long)file.Content.Length) > MostBytes)
        {
            throw new ApiDocumentException($"a skill may have {MostFiles} files with {MostBytes} bytes together.");
        }

        var main = files.FirstOrDefault(file => file.Path == Skill.FileName).Content;
        var frontmatter = FrontmatterOf(TextOf(main) ?? throw new ApiDocumentException($"{Skill.FileName} is not UTF-8."));
        if (frontmatter.Text("name") is not { } name || !Name().IsMatch(name) || name != folder)
        {
            throw new ApiDocumentException(
                $"the name in {Skill.FileName} must be that of the folder, with at most 64 small letters, digits and single hyphens between them.");
        }

        if (frontmatter.Text("description") is not { Length: > 0 and <= LongestDescription } description)
        {
            throw new ApiDocumentException($"{Skill.FileName} needs a description of at most {LongestDescription} characters.");
        }

        var root = $"skill://{space}/{folder}";
        return new Skill(root, frontmatter, [.. files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file =>
            file.Path == Skill.FileName ? File(root, file.Path, file.Content, name, description) : File(root, file.Path, file.Content, null, null))]);
    }

    private static SkillFile File(string root, string path, ReadOnlyMemory<byte> content, string? name, string? description)
    {
        var text = TextOf(content);
        return new SkillFile(
            new Resource
            {
                Uri = $"{root}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}",
                Name = name ?? path[(path.LastIndexOf('/') + 1)..],
                Description = description,
                MimeType = MediaTypeOf(path, text is not null),
                Size = content.Length,
                Annotations = new Annotations { Audience = [Role.Assistant] },
            },
            content,
            text);
    }

    private static string MediaTypeOf(string path, bool isText) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".md" => "text/markdown",
        ".json" => "application/json",
        ".yaml" or ".yml" => "application/yaml",
        ".csv" => "text/csv",
        ".html" => "text/html",
        ".png" => "image/png",
        ".svg" => "image/svg+xml",
        ".pdf" => "application/pdf",
        _ => isText ? "text/plain" : "application/octet-stream",
    };

    private static JsonElement FrontmatterOf(string text)
    {
        var match = Frontmatter().Match(text);
        if (!match.Success)
        {
            throw new ApiDocumentException($"{Skill.FileName} must begin with a line ---, the fields, and a line ---.");
        }

        var fields = JsonElement.Parse(YamlToJson.Convert(Encoding.UTF8.GetBytes(match.Groups["fields"].Value)).Span);
        return fields.ValueKind == JsonValueKind.Object ? fields : throw new ApiDocumentException($"{Skill.FileName} has no fields between its lines ---.");
    }

    /// <summary>The text, or null if it is not UTF-8. A byte order mark stays, because the digest covers it.</summary>
    private static string? TextOf(ReadOnlyMemory<byte> content)
    {
        try
        {
            return content.Span.Contains((byte)0) ? null : Strict.GetString(content.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A(?!.*--)[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A\uFEFF?---\r?\n(?<fields>.*?)\r?\n---[ \t]*(\r?\n|\z)", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Frontmatter();
}
