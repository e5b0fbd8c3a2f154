using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.McpServer.Catalog.Skills;

/// <summary>A file of a skill, which is a resource.</summary>
/// <param name="Definition">What clients see of it.</param>
/// <param name="Content">Its bytes, which the digest of the skill's entry is of.</param>
/// <param name="Text">The bytes as text, or null where they are none.</param>
internal sealed record SkillFile(Resource Definition, ReadOnlyMemory<byte> Content, string? Text);

/// <summary>
/// A skill: a folder with instructions for agents in <c>SKILL.md</c>, and what they refer to (agentskills.io). Each file is
/// a resource below <c>skill://</c> (SEP-2640).
/// </summary>
internal sealed class Skill
{
    public const string FileName = "SKILL.md";

    private readonly JsonElement _entry;

    /// <param name="root">The URI of the folder.</param>
    /// <param name="frontmatter">What is at the head of <c>SKILL.md</c>.</param>
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

    /// <summary>The URI of its folder.</summary>
    public string Root { get; }

    /// <summary>The URI of its <c>SKILL.md</c>, which it is known by.</summary>
    public string Uri { get; }

    public IReadOnlyList<SkillFile> Files { get; }

    /// <summary>Its <c>SKILL.md</c>.</summary>
    public SkillFile Main => Files.Single(file => file.Definition.Uri == Uri);

    /// <summary>What <c>skills/list</c> and <c>skills/get</c> say of it.</summary>
    public JsonObject Entry() => JsonObject.Create(_entry)!;
}
