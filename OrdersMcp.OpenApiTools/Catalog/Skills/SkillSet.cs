using System.Collections.Frozen;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Catalog.Skills;

/// <summary>The skills of all APIs, with their files and directories by URI.</summary>
internal sealed class SkillSet
{
    private const string DirectoryType = "inode/directory"; // SEP-2640, "Directory Resources"

    private readonly FrozenDictionary<string, Skill> _byUri;
    private readonly FrozenDictionary<string, SkillFile> _files;
    private readonly FrozenDictionary<string, IReadOnlyList<Resource>> _directories;

    public SkillSet(IEnumerable<Skill> skills)
    {
        All = [.. skills.DistinctBy(skill => skill.Uri).OrderBy(skill => skill.Uri, StringComparer.Ordinal)];
        _byUri = All.ToFrozenDictionary(skill => skill.Uri, StringComparer.Ordinal);
        _files = All.SelectMany(skill => skill.Files).ToFrozenDictionary(file => file.Definition.Uri, StringComparer.Ordinal);
        _directories = All.SelectMany(skill => skill.Files).SelectMany(Levels)
            .GroupBy(level => level.Directory, level => level.Child, StringComparer.Ordinal)
            .ToFrozenDictionary(
                directory => directory.Key,
                IReadOnlyList<Resource> (directory) => [.. directory.DistinctBy(child => child.Uri).OrderBy(child => child.Uri, StringComparer.Ordinal)],
                StringComparer.Ordinal);
    }

    /// <summary>The answer of <c>skills/list</c>, sorted by URI.</summary>
    public IReadOnlyList<Skill> All { get; }

    /// <summary>The skill whose <c>SKILL.md</c> has this URI, or null.</summary>
    public Skill? Find(string uri) => _byUri.GetValueOrDefault(uri);

    /// <summary>The file with this URI, or null.</summary>
    public SkillFile? FileOf(string uri) => _files.GetValueOrDefault(uri);

    /// <summary>The content of a directory, or null if there is no directory with this URI.</summary>
    public IReadOnlyList<Resource>? ChildrenOf(string uri) => _directories.GetValueOrDefault(uri);

    /// <summary>Each directory above a file, with its child on the path to the file.</summary>
    private static IEnumerable<(string Directory, Resource Child)> Levels(SkillFile file)
    {
        var child = file.Definition;
        var space = "skill://".Length;
        for (var end = child.Uri.LastIndexOf('/'); end > space; end = child.Uri.LastIndexOf('/'))
        {
            var directory = child.Uri[..end];
            yield return (directory, child);
            child = new Resource { Uri = directory, Name = Uri.UnescapeDataString(directory[(directory.LastIndexOf('/') + 1)..]), MimeType = DirectoryType };
        }
    }
}
