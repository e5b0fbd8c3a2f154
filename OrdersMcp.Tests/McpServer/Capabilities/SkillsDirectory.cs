namespace OrdersMcp.Tests.McpServer.Capabilities;

/// <summary>A folder of skills, deleted after the test.</summary>
internal sealed class SkillsDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ordersmcp-skills").FullName;

    /// <summary>A folder with one skill, which has a file in a subfolder.</summary>
    public static SkillsDirectory WithRefunds()
    {
        var skills = new SkillsDirectory();
        skills.Write(
            "issue-refunds/SKILL.md",
            "---\nname: issue-refunds\ndescription: Refund an order by the rules of the shop.\nlicense: MIT\nmetadata:\n  version: \"1.0\"\n---\n\n# Refunds\n\nSee [limits](references/limits of 2026.md).\n");
        skills.Write("issue-refunds/references/limits of 2026.md", "# Limits\n\n100 EUR.\n");
        File.WriteAllBytes(System.IO.Path.Combine(skills.Path, "issue-refunds", "picture.png"), [137, 80, 78, 71, 0, 1, 2]);
        return skills;
    }

    public void Write(string path, string text)
    {
        var file = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
