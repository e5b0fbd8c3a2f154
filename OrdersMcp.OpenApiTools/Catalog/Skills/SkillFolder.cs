using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Catalog.Skills;

/// <summary>
/// The skills in a folder: its subfolders that contain a <c>SKILL.md</c>. The folder is read again when a file has
/// changed. Links are not followed, and names that begin with a dot are ignored.
/// </summary>
/// <param name="space">The first part of the URIs.</param>
/// <param name="path">The folder; null for none.</param>
internal sealed class SkillFolder(string space, string? path)
{
    private const int MostSkills = 100;
    private const long MostBytes = 64L * 1024 * 1024;

    private static readonly EnumerationOptions Within = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    private (string, long, DateTime)[] _state = [];
    private IReadOnlyList<Skill> _skills = [];

    /// <summary>The current skills. An unusable skill is skipped, with a warning after each change of the folder.</summary>
    /// <exception cref="IOException">The folder does not exist, or cannot be read.</exception>
    public IReadOnlyList<Skill> Read(Action<DocumentWarning> warn)
    {
        if (path is null)
        {
            return _skills;
        }

        var files = new DirectoryInfo(path).EnumerateFiles("*", Within).OrderBy(file => file.FullName, StringComparer.Ordinal).ToArray();
        (string, long, DateTime)[] state = [.. files.Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc))];
        if (!state.SequenceEqual(_state))
        {
            _skills = [.. ReadAll(files, warn)];
            _state = state;
        }

        return _skills;
    }

    private IEnumerable<Skill> ReadAll(FileInfo[] files, Action<DocumentWarning> warn)
    {
        if (files.Sum(file => file.Length) > MostBytes)
        {
            warn(new DocumentWarning("Skills", $"The folder has more than {MostBytes} bytes; none of its skills are served."));
            yield break;
        }

        var folders = files.Select(file => (File: file, Parts: Path.GetRelativePath(path!, file.FullName).Split(Path.DirectorySeparatorChar)))
            .Where(file => file.Parts.Length > 1)
            .GroupBy(file => file.Parts[0], file => (Path: string.Join('/', file.Parts[1..]), file.File), StringComparer.Ordinal)
            .Where(folder => folder.Any(file => file.Path == Skill.FileName))
            .ToArray();
        foreach (var folder in folders.Take(MostSkills))
        {
            if (TryRead(folder.Key, [.. folder], warn) is { } skill)
            {
                yield return skill;
            }
        }

        if (folders.Length > MostSkills)
        {
            warn(new DocumentWarning("Skills", $"There are {folders.Length} skills; the first {MostSkills} by name are served."));
        }
    }

    private Skill? TryRead(string folder, IReadOnlyCollection<(string Path, FileInfo File)> files, Action<DocumentWarning> warn)
    {
        try
        {
            return SkillParser.Parse(space, folder, [.. files.Select(file => (file.Path, (ReadOnlyMemory<byte>)File.ReadAllBytes(file.File.FullName)))]);
        }
        catch (ApiDocumentException exception)
        {
            warn(new DocumentWarning($"Skills: {folder}", $"It is left out: {exception.Message}"));
            return null;
        }
    }
}
