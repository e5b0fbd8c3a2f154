using System.Runtime.InteropServices;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>
/// An index of tools by the words of their names, titles, descriptions, paths, tags and arguments, ranked by BM25F
/// (Robertson and Zaragoza, "The Probabilistic Relevance Framework", section 3.5): a word in the name counts more than in
/// the description, and a rare word more than a common one. Core words of the tool that the request does not mention, and a
/// method with another intent, reduce the score.
/// </summary>
internal sealed class ToolIndex
{
    private const float Saturation = 1.2f;
    private const float SynonymWeight = 0.6f;
    private const float BeginningWeight = 0.4f;
    private const float PairWeight = 0.8f;
    private const float DeprecatedWeight = 0.75f;
    private const float LeastCoverage = 0.5f;
    private const int ShortestBeginning = 4;

    private readonly Dictionary<string, Term> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string First, string Second)> _joined = new(StringComparer.Ordinal);
    private readonly string[] _vocabulary; // in ordinal order, to find words by prefix
    private readonly OperationTool[] _tools;
    private readonly Profile[] _profiles;

    public ToolIndex(IEnumerable<OperationTool> tools)
    {
        _tools = [.. tools];
        var documents = _tools.Select(ToolFields.Of).ToArray();
        var averages = Enumerable.Range(0, ToolFields.Weights.Length)
            .Select(field => (float)documents.Select(document => document[field].Count).DefaultIfEmpty().Average()).ToArray();
        var weights = new Dictionary<string, float>(StringComparer.Ordinal);
        for (var i = 0; i < documents.Length; i++)
        {
            weights.Clear();
            for (var field = 0; field < averages.Length; field++)
            {
                var (weight, normalization) = ToolFields.Weights[field];
                var length = 1 - normalization + (normalization * documents[i][field].Count / Math.Max(1, averages[field]));
                foreach (var word in documents[i][field])
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(weights, word, out _) += weight / length;
                }
            }

            foreach (var pair in ToolFields.Pairs(documents[i]))
            {
                _joined.TryAdd(pair.First + pair.Second, pair);
            }

            foreach (var (word, weight) in weights)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_terms, word, out _) ??= new Term()).Postings.Add(new Posting(i, weight));
            }
        }

        foreach (var term in _terms.Values)
        {
            term.Postings.TrimExcess();
            term.Rarity = MathF.Log(1 + ((_tools.Length - term.Postings.Count + 0.5f) / (term.Postings.Count + 0.5f)));
        }

        _vocabulary = [.. _terms.Keys.Order(StringComparer.Ordinal)];
        _profiles = [.. _tools.Select((tool, i) => ProfileOf(tool, documents[i]))];
    }

    /// <summary>The tools that fit a request, best first.</summary>
    /// <param name="request">The task in words.</param>
    /// <param name="most">The maximum number of tools.</param>
    /// <param name="isVisible">Whether a tool may be found.</param>
    public IReadOnlyList<OperationTool> Find(string request, int most, Func<OperationTool, bool> isVisible)
    {
        var scores = new float[_tools.Length];
        var meant = new HashSet<string>(StringComparer.Ordinal);
        string[] words = [.. Words.Of(request).SelectMany(word => !_terms.ContainsKey(word) && _joined.TryGetValue(word, out var two) ? new[] { two.First, two.Second } : [word])];
        foreach (var word in words.Distinct(StringComparer.Ordinal))
        {
            Add(scores, meant, word, 1);
        }

        // Names may write as one word what a request writes as two, such as web hook. The opposite case is split above.
        foreach (var pair in words.Zip(words.Skip(1), static (a, b) => a + b).Distinct(StringComparer.Ordinal).Where(_terms.ContainsKey))
        {
            Add(scores, meant, pair, PairWeight);
        }

        var wanted = Intent.Of(Words.Split(request));
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > 0)
            {
                scores[i] *= _profiles[i].Weight * Intent.Fit(wanted, _profiles[i].Does) * (LeastCoverage + ((1 - LeastCoverage) * Coverage(_profiles[i].Core, meant)));
            }
        }

        return [.. Enumerable.Range(0, _tools.Length)
            .Where(i => scores[i] > 0 && isVisible(_tools[i]))
            .OrderByDescending(i => scores[i])
            .ThenBy(i => _tools[i].Definition.Name, StringComparer.Ordinal)
            .Take(most)
            .Select(i => _tools[i])];
    }

    /// <summary>
    /// Adds the score of a word for each tool: that of the word itself, or the best of its synonyms and longer forms.
    /// </summary>
    private void Add(float[] scores, HashSet<string> meant, string word, float weight)
    {
        var best = new Dictionary<int, float>();
        Take(word, weight);
        foreach (var other in Synonyms.Of(word))
        {
            Take(other, weight * SynonymWeight);
        }

        foreach (var longer in Beginning(word))
        {
            Take(longer, weight * BeginningWeight);
        }

        foreach (var (tool, score) in best)
        {
            scores[tool] += score;
        }

        void Take(string term, float termWeight)
        {
            if (!_terms.TryGetValue(term, out var found))
            {
                return;
            }

            meant.Add(term);
            foreach (var (tool, frequency) in found.Postings)
            {
                ref var score = ref CollectionsMarshal.GetValueRefOrAddDefault(best, tool, out _);
                score = Math.Max(score, termWeight * found.Rarity * frequency * (Saturation + 1) / (Saturation + frequency));
            }
        }
    }

    /// <summary>The longer words of the index that start with a word.</summary>
    private IEnumerable<string> Beginning(string word)
    {
        if (word.Length < ShortestBeginning)
        {
            yield break;
        }

        var start = Array.BinarySearch(_vocabulary, word, StringComparer.Ordinal);
        for (var i = start < 0 ? ~start : start + 1; i < _vocabulary.Length && _vocabulary[i].StartsWith(word, StringComparison.Ordinal); i++)
        {
            yield return _vocabulary[i];
        }
    }

    /// <summary>The share of the name's and title's words that the request mentions, weighted by rarity.</summary>
    private float Coverage(string[] core, HashSet<string> meant)
    {
        var (all, asked) = (0f, 0f);
        foreach (var word in core)
        {
            var rarity = _terms[word].Rarity;
            all += rarity;
            asked += meant.Contains(word) ? rarity : 0;
        }

        return all == 0 ? 1 : asked / all;
    }

    private static Profile ProfileOf(OperationTool tool, List<string>[] fields)
    {
        var description = tool.Definition.Description ?? "";
        var isDeprecated = description.AsSpan(0, Math.Min(description.Length, 200)).Contains("deprecated", StringComparison.OrdinalIgnoreCase);
        return new Profile([.. ToolFields.Core(fields)], Intent.Of(tool.Metadata), isDeprecated ? DeprecatedWeight : 1);
    }

    private sealed class Term
    {
        public List<Posting> Postings { get; } = [];

        public float Rarity { get; set; }
    }

    /// <param name="Core">The words of the tool's name and title.</param>
    /// <param name="Does">Its intent.</param>
    /// <param name="Weight">Less than 1 for a deprecated tool.</param>
    private sealed record Profile(string[] Core, Intent.Deed Does, float Weight);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Posting(int Tool, float Frequency);
}
