using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Catalog.Skills;

/// <summary>A file of a skill, served as a resource.</summary>
/// <param name="Definition">The definition for clients.</param>
/// <param name="Content">The bytes; the digest in the skill's entry covers them.</param>
/// <param name="Text">The bytes as text, or null if they are not UTF-8 text.</param>
internal sealed record SkillFile(Resource Definition, ReadOnlyMemory<byte> Content, string? Text);

/// <summary>
/// A skill: a folder with instructions for agents in <c>SKILL.md</c>, and the files that they refer to (agentskills.io).
/// Each file is a resource under <c>skill://</c> (SEP-2640).
/// </summary>
internal sealed class Skill
{
    public const string FileName = "SKILL.md";

    private readonly JsonElement _entry;

    /// <param name="root">The URI of the folder.</param>
    /// <param name="frontmatter">The frontmatter of <c>SKILL.md</c>.</param>
    /// <param name="files">All files.</param>
    public Skill(string root, JsonElement frontmatter, IReadOnlyList<SkillFile> files)
    {
        (Root, Files, Uri) = (root, files, $"{root}/{FileName}");
        _entry = JsonSerializer.SerializeToElement(new JsonObject
        {
            ["uri"] = Uri,
            ["frontmatter"] = JsonObject.Create(frontmatter),
            ["resources"] = new JsonArray([.. files.Select(file => new JsonObject
            {
                ["uri"] = file.Definition.Uri,
                ["digest"] = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file.Content.Span))}",
                ["size"] = file.Content.Length,
            })]),
        });
    }

    /// <summary>The URI of the folder.</summary>
    public string Root { get; }

    /// <summary>The URI of <c>SKILL.md</c>, which identifies the skill.</summary>
    public string Uri { get; }

    public IReadOnlyList<SkillFile> Files { get; }

    /// <summary>The file <c>SKILL.md</c>.</summary>
    public SkillFile Main => Files.Single(file => file.Definition.Uri == Uri);

    /// <summary>The entry in <c>skills/list</c> and <c>skills/get</c>.</summary>
    public JsonObject Entry() => JsonObject.Create(_entry)!;
}
