using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace OrdersMcp.Tests.Security;

/// <summary>docs/security.md names a test for each point. Those tests exist.</summary>
[Trait("Category", "Postgres")]
public sealed partial class SecurityDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "security.md"));

    [Fact]
    public void Tests_named_in_the_document_exist()
    {
        // Reads the sources, because each of the two builds excludes the tests of the other's stack.
        var sources = Directory.EnumerateFiles(TestsFolder(), "*Tests.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToArray();
        var named = TestNames().Matches(Text).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).ToArray();

        Assert.InRange(named.Length, 50, 500);
        Assert.All(named, name =>
        {
            var ofClass = Array.FindAll(sources, source => Has(source, $@"\bclass {name.Class}\b"));
            Assert.True(ofClass.Length > 0, name.Class);
            Assert.True(
                name.Method.Length == 0 || Array.Exists(
                    ofClass, source => Has(source, $@"\[(Fact|Theory|InlineData|MemberData)\b.*\]\s+public .*\b{name.Method}\(")),
                $"{name.Class}.{name.Method}");
        });
    }

    [Fact]
    public void Every_point_of_the_specification_names_a_test_or_says_why_not()
    {
        var points = Text[Text.IndexOf("## The specification, point by point", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| what", StringComparison.Ordinal)).ToArray();

        Assert.InRange(points.Length, 30, 200);
        Assert.All(points, point => Assert.True(TestNames().IsMatch(point) || point.Contains("by design: ", StringComparison.Ordinal), point));
    }

    private static bool Has(string source, string pattern) => Regex.IsMatch(source, pattern, RegexOptions.NonBacktracking);

    private static string TestsFolder([CallerFilePath] string source = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, ".."));

    [GeneratedRegex(@"`(?<class>\w+Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestNames();
}
