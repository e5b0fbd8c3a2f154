namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>Entity tags, which serve as versions (RFC 9110, section 8.8.3).</summary>
internal static class EntityTags
{
    /// <summary>Whether <c>If-Match</c> can match the tag: it compares only strong tags (section 13.1.1).</summary>
    public static bool IsStrong(string? tag) => tag is ['"', .., '"'];

    /// <summary>Whether a value of <c>If-Match</c> contains the tag, with or without quotes.</summary>
    public static bool Match(string ifMatch, string tag) => ifMatch
        .Split(',', StringSplitOptions.TrimEntries)
        .Any(each => each == "*" || each.Trim('"') == tag.Trim('"'));
}
