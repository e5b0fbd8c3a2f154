using System.Buffers;
using Microsoft.AspNetCore.Hosting;

namespace OrdersMcp.ServiceDefaults.Start;

/// <summary>
/// The arguments of a program, divided into its own words (commands and their options) and settings, which can appear
/// anywhere. A setting has a section (<c>--Mcp:ToolsPerPage=50</c>), the name of an environment variable
/// (<c>--OTEL_EXPORTER_OTLP_ENDPOINT=…</c>), or a name that the host defines (<c>--urls …</c>).
/// </summary>
/// <param name="Words">For the parser of the command line.</param>
/// <param name="Settings">For the configuration.</param>
/// <param name="Problems">Settings without a value.</param>
public sealed record ProgramArguments(string[] Words, string[] Settings, string[] Problems)
{
    /// <summary>Settings of the host without a section.</summary>
    private static readonly HashSet<string> HostSettings = new(
        [
            WebHostDefaults.ApplicationKey,
            WebHostDefaults.CaptureStartupErrorsKey,
            WebHostDefaults.ContentRootKey,
            WebHostDefaults.DetailedErrorsKey,
            WebHostDefaults.EnvironmentKey,
            WebHostDefaults.HostingStartupAssembliesKey,
            WebHostDefaults.HostingStartupExcludeAssembliesKey,
            WebHostDefaults.HttpPortsKey,
            WebHostDefaults.HttpsPortsKey,
            WebHostDefaults.PreferHostingUrlsKey,
            WebHostDefaults.PreventHostingStartupKey,
            WebHostDefaults.ServerUrlsKey,
            WebHostDefaults.ShutdownTimeoutKey,
            WebHostDefaults.StaticWebAssetsKey,
            WebHostDefaults.SuppressStatusMessagesKey,
            WebHostDefaults.WebRootKey,
            "AllowedHosts",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The characters of a section's name. Its keys can be any text.</summary>
    private static readonly SearchValues<char> Section = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Divides the arguments, in their order. A setting takes its value after <c>=</c>, or from the next argument.</summary>
    public static ProgramArguments Of(string[] arguments)
    {
        var words = new List<string>();
        var settings = new List<string>();
        var problems = new List<string>();
        for (var index = 0; index < arguments.Length; index++)
        {
            var argument = arguments[index];
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var prefix = argument.StartsWith("--", StringComparison.Ordinal) ? 2 : argument.StartsWith('/') ? 1 : 0;
            var name = argument[prefix..(equals < 0 ? argument.Length : equals)];
            var isSetting = IsSetting(name) || (argument.EndsWith('=') && IsSection(name, arguments));
            if (!isSetting || (prefix == 0 && (equals < 0 || name.Contains("//", StringComparison.Ordinal))))
            {
                words.Add(argument);
            }
            else if (equals >= 0)
            {
                settings.Add(argument);
            }
            else if (index + 1 < arguments.Length && !arguments[index + 1].StartsWith("--", StringComparison.Ordinal))
            {
                settings.AddRange([argument, arguments[++index]]);
            }
            else
            {
                problems.Add($"'{argument}' is a setting and needs a value.");
            }
        }

        return new ProgramArguments([.. words], [.. settings], [.. problems]);
    }

    /// <summary>Test hosts also pass the section of each setting, with an empty value.</summary>
    private static bool IsSection(string name, string[] arguments) =>
        Array.Exists(arguments, argument => argument.StartsWith($"--{name}:", StringComparison.Ordinal));

    private static bool IsSetting(string name) =>
        HostSettings.Contains(name)
        || (name.Contains('_', StringComparison.Ordinal) && name.All(each => char.IsAsciiLetterUpper(each) || char.IsAsciiDigit(each) || each == '_'))
        || (name.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && colon < name.Length - 1 && name.AsSpan(0, colon).IndexOfAnyExcept(Section) < 0);
}
