using System.Collections.Frozen;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// Words that people and APIs use for the same thing. The written word counts most; the other words of its groups count
/// less.
/// </summary>
internal static class Synonyms
{
    private static readonly string[] Groups =
    [
        "get read fetch retrieve show view see look display describe inspect check download",
        "list show all enumerate display browse get",
        "search find query lookup locate list",
        "create add new make open post insert register issue draft",
        "delete remove destroy drop clear unset detach",
        "update change edit modify patch replace set put alter adjust rename",
        "cancel stop abort terminate halt end",
        "start run begin launch trigger dispatch execute invoke",
        "enable activate allow",
        "disable deactivate suspend pause",
        "send deliver mail email notify",
        "upload attach send import",
        "download export get",
        "approve accept confirm grant",
        "reject decline deny refuse dismiss",
        "rerun retry repeat again redo redeliver",
        "assign give grant",
        "invite invitation",
        "copy clone duplicate fork",
        "close finish complete resolve",
        "lock block freeze",
        "repo repository",
        "org organization organisation company",
        "user person people someone somebody account profile",
        "member teammate person people someone",
        "authenticated my me mine i own current self myself",
        "config configuration setting option preference",
        "auth authentication authorization login permission",
        "permission access right privilege scope",
        "env environment",
        "db database",
        "message msg text",
        "image picture photo",
        "admin administrator administration",
        "info information detail",
        "id identifier",
        "comment reply note remark",
        "secret credential password",
        "file document content",
        "folder directory",
        "doc documentation",
        "stat statistic metric analytic traffic",
        "log history",
        "price cost amount",
        "bill invoice",
        "pay charge payment",
        "bug issue problem ticket",
        "label tag",
        "picture avatar",
        "phone telephone mobile",
        "email mail",
        "address location",
        "app application",
        "service svc",
        "limit quota",
        "count number quantity",
        "status state",
        "pr pull",
    ];

    private static readonly FrozenDictionary<string, string[]> Others = Groups
        .SelectMany(group => group.Split(' ').Select(Words.Stem).Distinct(StringComparer.Ordinal).ToArray() is var words
            ? words.SelectMany(word => words.Where(other => other != word).Select(other => (Word: word, Other: other)))
            : [])
        .GroupBy(pair => pair.Word, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.Other).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);

    /// <summary>The other words of a word's groups, without endings.</summary>
    public static IReadOnlyList<string> Of(string stem) => Others.GetValueOrDefault(stem, []);
}
