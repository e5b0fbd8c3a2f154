using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog.Skills;

/// <summary>The instructions and the guide of a document as a skill, for clients that load text on demand.</summary>
internal static partial class GuideSkill
{
    private const int LongestStem = 60; // with the suffix -api, 64 at most

    /// <returns>The skill, or null if the document has neither text.</returns>
    public static Skill? Of(string space, string api, string? instructions, string? guide)
    {
        if (instructions is null && guide is null)
        {
            return null;
        }

        var name = NameOf(api);
        var description = $"How to use the tools of the {BoundedText.Of(api, LongestStem)} API: what they are for, in which order to call them, and what to mind. Read it before work that takes several calls.";
        var text = $"""
            ---
            name: {name}
            description: {JsonSerializer.Serialize(description, ReadableJson.Options)}
            ---

            {string.Join("\n\n", new[] { instructions, guide }.OfType<string>().Select(part => part.Trim()))}

            """.ReplaceLineEndings("\n");
        return SkillParser.Parse(space, name, [(Skill.FileName, Encoding.UTF8.GetBytes(text))]);
    }

    /// <summary>Converts the name of the API to a valid skill name.</summary>
    private static string NameOf(string api)
    {
        var slug = Other().Replace(api.ToLowerInvariant(), "-").Trim('-');
        var stem = (slug.Length == 0 ? "the" : slug)[..Math.Min(slug.Length == 0 ? 3 : slug.Length, LongestStem)].Trim('-');
        return stem == "api" || stem.EndsWith("-api", StringComparison.Ordinal) ? stem : $"{stem}-api";
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Other();
}
