using System.Collections.Frozen;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// The intent of a request, from its first verb, and that of an operation, from its method and path. A verb such as
/// "delete" distinguishes tools for the same subject.
/// </summary>
internal static class Intent
{
    /// <summary>A tool with another intent stays possible: methods and words are used in many ways.</summary>
    private const float Other = 0.6f;

    private const float Near = 0.9f;

    private static readonly FrozenDictionary<string, Deed> Verbs = new (Deed Deed, string Words)[]
    {
        (Deed.List, "list enumerate which who browse search all"),
        (Deed.Read, "get read fetch retrieve show view see find look display describe inspect check download compare render count what how is are am has have does do did can was were where when tell preview watch export"),
        (Deed.Create, "create add new make open post insert register upload invite draft publish submit generate build store save write define provision reserve grant give expose restrict limit schedule"),
        (Deed.Update, "update change edit modify patch replace set put alter adjust rename move"),
        (Deed.Delete, "delete remove destroy drop clear unset detach revoke uninstall"),
        (Deed.Act, "cancel stop abort start run begin trigger dispatch execute merge approve accept confirm reject decline dismiss close lock block follow star assign send pay refund transfer enable disable restart rerun retry suspend resume scale restore redeliver request react comment charge subscribe issue mark void finalize capture attach fork evict bind"),
    }.SelectMany(group => group.Words.Split(' ').Select(word => (word, group.Deed)))
        .ToFrozenDictionary(pair => pair.word, pair => pair.Deed, StringComparer.Ordinal);

    /// <summary>The intent of a request; <see cref="Deed.Any"/> if it does not start with a known verb.</summary>
    /// <param name="words">Its words as written, in lower case.</param>
    public static Deed Of(IReadOnlyList<string> words)
    {
        // Words before the verb are polite, or part of a sentence: "please delete", "I want to create".
        foreach (var word in words.Take(5))
        {
            if (Verbs.TryGetValue(word, out var deed))
            {
                return deed;
            }
        }

        return Deed.Any;
    }

    /// <summary>The intent of an operation.</summary>
    public static Deed Of(ToolMetadata operation) => operation.Method switch
    {
        "DELETE" => Deed.Delete,
        "PATCH" => Deed.Update,
        "PUT" => Deed.Update,
        "POST" => EndsWithParameter(operation.Path) ? Deed.Update : Deed.Create,
        _ when operation.IsSafe => EndsWithParameter(operation.Path) ? Deed.Read : Deed.List,
        _ => Deed.Any,
    };

    /// <summary>How well an operation fits, from 0 to 1.</summary>
    public static float Fit(Deed wanted, Deed done) => (wanted, done) switch
    {
        (Deed.Any, _) or (_, Deed.Any) => 1,
        _ when wanted == done => 1,
        (Deed.List or Deed.Read, Deed.List or Deed.Read) => Near,
        (Deed.Create or Deed.Update, Deed.Create or Deed.Update) => Near,
        (Deed.Act, Deed.Create or Deed.Update or Deed.Delete) => 1,
        _ => Other,
    };

    private static bool EndsWithParameter(string path) => path.TrimEnd('/').EndsWith('}');

    /// <summary>The kinds of operations.</summary>
    internal enum Deed
    {
        Any,
        List,
        Read,
        Create,
        Update,
        Delete,
        Act,
    }
}
