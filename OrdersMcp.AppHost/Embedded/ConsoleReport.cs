using System.Diagnostics;

namespace OrdersMcp.AppHost.Embedded;

/// <summary>What the user sees: one line per state change, the children's logs, the summary.</summary>
public sealed class ConsoleReport
{
    private const int NameWidth = 9;
    private static readonly int[] Colours = [36, 33, 35, 32, 34];

    private readonly Lock _writing = new();
    private readonly Dictionary<string, int> _colours = new(StringComparer.Ordinal);

    // https://no-color.org, and no escapes into files and pipes.
    private readonly bool _coloured = !Console.IsOutputRedirected
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    private readonly long _started = Stopwatch.GetTimestamp()
        - (long)((DateTime.Now - Process.GetCurrentProcess().StartTime).TotalSeconds * Stopwatch.Frequency);

    /// <summary>The time since this process was started.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>A resource is in another state now.</summary>
    public void State(string resource, string state, string detail = "") => Write(Console.Out,
        $"[{Elapsed.TotalSeconds,6:0.00} s] {Name(resource)} {Paint(1, state)}{(detail == "" ? "" : $": {detail}")}");

    /// <summary>A line that a child wrote.</summary>
    public void Log(string resource, string line) => Write(Console.Out, $"{Name(resource)} | {Clean(line)}");

    public void Line(string text = "") => Write(Console.Out, text);

    public void Warning(string text) => Write(Console.Out, $"{Paint(33, "warning:")} {text}");

    public void Error(string text) => Write(Console.Error, $"{Paint(31, "error:")} {text}");

    private void Write(TextWriter writer, string line)
    {
        lock (_writing)
        {
            try
            {
                writer.WriteLine(line);
            }
            catch (IOException)
            {
                // Whoever read this has gone (a closed terminal, a broken pipe); stopping in order matters more.
            }
        }
    }

    private string Name(string resource)
    {
        lock (_writing)
        {
            if (!_colours.TryGetValue(resource, out var colour))
            {
                _colours[resource] = colour = Colours[_colours.Count % Colours.Length];
            }

            return Paint(colour, resource.PadRight(NameWidth));
        }
    }

    private string Paint(int colour, string text) => _coloured ? $"\e[{colour}m{text}\e[0m" : text;

    // Logs carry what customers typed; a terminal would obey the control characters in it.
    private static string Clean(string line) => line.Any(IsControl)
        ? string.Concat(line.Select(character => IsControl(character) ? '·' : character))
        : line;

    private static bool IsControl(char character) => char.IsControl(character) && character != '\t';
}
