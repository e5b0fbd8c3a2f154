namespace OrdersMcp.McpServer.Confirmation;

/// <summary>Entity tags, which are versions (RFC 9110, section 8.8.3).</summary>
internal static class EntityTags
{
    /// <summary>Whether <c>If-Match</c> can be true of it: only strong tags are compared there (section 13.1.1).</summary>
    public static bool IsStrong(string? tag) => tag is ['"', .., '"'];

    /// <summary>Whether a value of <c>If-Match</c> names the tag; quotes that were left out are taken as meant.</summary>
    public static bool Match(string ifMatch, string tag) =>
        ifMatch.Split(',', StringSplitOptions.TrimEntries).Any(each => each == "*" || each.Trim('"') == tag.Trim('"'));
}
