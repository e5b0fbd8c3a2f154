using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>
/// Finds texts with half a character: a lone surrogate (<c>"\ud800"</c>) is valid JSON by its grammar (RFC 8259, section
/// 8.2) but is not text, and can be neither checked nor sent. Also finds objects with a duplicate property: two readers
/// would take different values from them.
/// </summary>
internal static class WholeText
{
    private const string Rule = "has an escape that is half a character (a lone surrogate); send whole characters.";

    /// <summary>The problems with the arguments, or null if there are none.</summary>
    public static ArgumentReport? ProblemsIn(JsonObject arguments)
    {
        var report = new ArgumentReport();
        Check(arguments, report);
        return report.IsClean ? null : report;
    }

    private static void Check(JsonNode? node, ArgumentReport report)
    {
        switch (node)
        {
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && !IsWhole(value):
                report.Add(Rule);
                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    report.Enter(i);
                    Check(array[i], report);
                    report.Leave();
                }

                break;
            case JsonObject members when NamesProblem(members) is { } problem:
                report.Add(problem);
                break;
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    report.Enter(name);
                    Check(member, report);
                    report.Leave();
                }

                break;
        }
    }

    /// <summary>The reader reports a lone surrogate only with an exception.</summary>
    private static bool IsWhole(JsonValue text)
    {
        try
        {
            text.GetValue<string>();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The names are read when they are first counted.</summary>
    private static string? NamesProblem(JsonObject members)
    {
        try
        {
            _ = members.Count;
            return null;
        }
        catch (InvalidOperationException)
        {
            return $"has a property whose name {Rule}";
        }
        catch (ArgumentException)
        {
            return "has a property twice.";
        }
    }
}
