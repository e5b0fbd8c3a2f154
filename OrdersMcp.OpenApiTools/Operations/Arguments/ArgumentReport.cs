using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>The problems with a call's arguments, by path, and the coerced values, for a note to the caller.</summary>
internal sealed class ArgumentReport
{
    private const int MaxProblems = 50;
    private const int HeaviestProblem = 1000;

    private readonly List<(string? Name, int Index)> _path = [];
    private List<(string Path, string Rule)>? _problems;
    private List<(string? Name, int Index)[]>? _replaced;
    private List<(string Path, string Said, JsonElement Value)>? _replacements;
    private List<string>? _dropped;
    private List<string>? _absences;
    private bool _isBroken;

    /// <summary>Whether only <see cref="IsClean"/> and <see cref="IsUnsure"/> matter, so that no path and no text is kept.</summary>
    public bool IsTrial { get; init; }

    /// <summary>Whether values are checked without coercion.</summary>
    public bool IsExact { get; init; }

    /// <summary>
    /// Whether the value is an answer of the API: its paths contain no indexes, and no names that the schema does not
    /// define.
    /// </summary>
    public bool IsOfAnswer { get; init; }

    public bool IsClean => !_isBroken;

    /// <summary>The first problem, or null.</summary>
    public (string Path, string Rule)? First() => _problems?[0];

    /// <summary>Whether the schema has a rule for the value that is left to the API.</summary>
    public bool IsUnsure { get; private set; }

    public bool HasReplacements => _replaced is not null;

    /// <summary>
    /// How far the value is from valid: problems near the root weigh more, and each property that the schema describes
    /// lowers the weight.
    /// </summary>
    public int Weight { get; private set; }

    public void Enter(string name) => Enter((name, 0));

    /// <summary>Enters a property that the schema does not name.</summary>
    public void EnterUnnamed(string name) => Enter(IsOfAnswer ? "*" : name);

    public void Enter(int index) => Enter((null, index));

    public void Leave()
    {
        if (!IsTrial)
        {
            _path.RemoveAt(_path.Count - 1);
        }
    }

    /// <summary>Counts a property that the schema describes.</summary>
    public void Recognize() => Weight--;

    /// <summary>Adds a problem: the rule that the value at the current path breaks.</summary>
    /// <param name="rule">The rule, in words.</param>
    /// <param name="tellsKinds">Whether the rule distinguishes kinds of values, as a discriminator does.</param>
    public void Add(string rule, bool tellsKinds = false)
    {
        _isBroken = true;
        if (IsTrial)
        {
            return;
        }

        Weight += (tellsKinds ? 3 * HeaviestProblem : HeaviestProblem) / Math.Max(1, _path.Count);
        _problems ??= [];
        if (_problems.Count < MaxProblems)
        {
            _problems.Add((PathText(), rule));
        }
    }

    public void AddAt(string name, string rule)
    {
        Enter(name);
        Add(rule);
        Leave();
    }

    /// <summary>Records that the value at the current path was read as another.</summary>
    public void Replace(JsonElement value, string said)
    {
        (_replaced ??= []).Add([.. _path]);
        (_replacements ??= []).Add((PathText(), said, value));
    }

    /// <summary>Records that the API must check a rule for the value at the current path.</summary>
    public void Doubt() => IsUnsure = true;

    /// <summary>Treats the argument as absent.</summary>
    public void Drop(string argument) => (_dropped ??= []).Add(argument);

    /// <summary>Treats the argument as absent although it has a value, and says so in the note.</summary>
    public void Drop(string argument, JsonElement value)
    {
        Drop(argument);
        (_absences ??= []).Add($"{argument} was {JsonTypesOf.Echo(value)} and was treated as missing");
    }

    /// <summary>A report that continues from the current path and has no effect until it is merged.</summary>
    public ArgumentReport Branch()
    {
        var branch = new ArgumentReport { IsExact = IsExact, IsOfAnswer = IsOfAnswer };
        branch._path.AddRange(_path);
        return branch;
    }

    public void Merge(ArgumentReport branch)
    {
        Weight += branch.Weight;
        IsUnsure |= branch.IsUnsure;
        _isBroken |= branch._isBroken;
        if (branch is { IsClean: true, _replaced: not null, _replacements: not null })
        {
            (_replaced ??= []).AddRange(branch._replaced);
            (_replacements ??= []).AddRange(branch._replacements);
        }

        foreach (var problem in branch._problems ?? [])
        {
            (_problems ??= []).Add(problem);
        }
    }

    /// <summary>The broken rules, by path.</summary>
    public IEnumerable<IGrouping<string, string>> ProblemsByPath() =>
        (_problems ?? []).Distinct().GroupBy(problem => problem.Path, problem => problem.Rule, StringComparer.Ordinal);

    /// <summary>A note about the values that were coerced, or null.</summary>
    public string? Note()
    {
        string[] read =
        [
            .. (_replacements ?? []).Select(each => $"{each.Path} was {each.Said} and was read as {JsonTypesOf.Echo(each.Value)}"),
            .. _absences ?? [],
        ];
        return read.Length == 0 ? null : $"Note: {string.Join("; ", read)}.";
    }

    /// <summary>The arguments with the replacements applied.</summary>
    public IDictionary<string, JsonElement> Apply(IDictionary<string, JsonElement> arguments) => TryApply(arguments)
        ?? throw new InvalidOperationException("A value was read in two conflicting ways.");

    /// <summary>The same; null if two replacements conflict.</summary>
    public IDictionary<string, JsonElement>? TryApply(IDictionary<string, JsonElement> arguments)
    {
        if (_replaced is null && _dropped is null)
        {
            return arguments;
        }

        var result = new Dictionary<string, JsonElement>(arguments, StringComparer.Ordinal);
        foreach (var name in _dropped ?? [])
        {
            result.Remove(name);
        }

        for (var i = 0; i < _replaced?.Count; i++)
        {
            var (path, value) = (_replaced[i], _replacements![i].Value);
            var argument = path[0].Name!;
            if ((path.Length == 1 ? value : Within(result[argument], path.AsSpan(1), value)) is not { } replaced)
            {
                return null;
            }

            result[argument] = replaced;
        }

        return result;
    }

    private void Enter((string? Name, int Index) step)
    {
        if (!IsTrial)
        {
            _path.Add(step);
        }
    }

    private static JsonElement? Within(JsonElement root, ReadOnlySpan<(string? Name, int Index)> path, JsonElement value)
    {
        var node = JsonSerializer.SerializeToNode(root);
        var target = node;
        foreach (var (name, index) in path[..^1])
        {
            target = (target, name) switch
            {
                (JsonObject json, not null) => json[name],
                (JsonArray array, null) when index < array.Count => array[index],
                _ => null,
            };
        }

        switch (target, path[^1])
        {
            case (JsonObject json, ({ } last, _)):
                json[last] = JsonNode.Parse(value.GetRawText());
                break;
            case (JsonArray array, (null, var last)) when last < array.Count:
                array[last] = JsonNode.Parse(value.GetRawText());
                break;
            default:
                return null;
        }

        return JsonSerializer.SerializeToElement(node);
    }

    private string PathText()
    {
        if (_path is [{ Name: { } only }])
        {
            return only;
        }

        var text = new StringBuilder();
        foreach (var (name, index) in _path)
        {
            text = name is null ? IsOfAnswer ? text.Append("[]") : text.Append('[').Append(index).Append(']') : (text.Length > 0 ? text.Append('.') : text).Append(name);
        }

        return text.ToString();
    }
}
