using System.Reflection;
using System.Text.RegularExpressions;

namespace OrdersMcp.Tests.Security;

/// <summary>docs/security.md says by which test each point is shown: those tests are there.</summary>
public sealed partial class SecurityDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "security.md"));

    [Fact]
    public void Tests_that_the_document_names_are_there()
    {
        var tests = typeof(SecurityDocumentTests).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal)).ToLookup(type => type.Name, StringComparer.Ordinal);
        var named = TestNames().Matches(Text).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).ToArray();

        Assert.InRange(named.Length, 50, 500);
        Assert.All(named, name =>
        {
            Assert.True(tests[name.Class].Any(), name.Class);
            Assert.True(name.Method.Length == 0 || tests[name.Class].Any(type => IsTest(type.GetMethod(name.Method))), $"{name.Class}.{name.Method}");
        });
    }

    [Fact]
    public void Every_point_of_the_specification_names_a_test_or_says_why_there_is_none()
    {
        var points = Text[Text.IndexOf("## The specification, point by point", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| what", StringComparison.Ordinal)).ToArray();

        Assert.InRange(points.Length, 30, 200);
        Assert.All(points, point => Assert.True(TestNames().IsMatch(point) || point.Contains("by design: ", StringComparison.Ordinal), point));
    }

    private static bool IsTest(MethodInfo? method) => method?.GetCustomAttributes<FactAttribute>().Any() is true;

    [GeneratedRegex(@"`(?<class>\w+Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestNames();
}
