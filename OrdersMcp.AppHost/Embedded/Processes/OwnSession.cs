namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>
/// Starts a program as the leader of its own session, so that a terminal's Ctrl+C reaches the host alone and the host
/// stops its children in order. .NET cannot ask for this, so a program that execs in place does.
/// </summary>
internal static class OwnSession
{
    private static readonly string? SetSid = Executable.Find("setsid");
    private static readonly string? Perl = Executable.Find("perl");

    public static (string FileName, string[] Arguments) Wrap(string fileName, string[] arguments) =>
        SetSid is not null ? (SetSid, [fileName, .. arguments])
        // macOS has no setsid command, and has perl.
        : Perl is not null ? (Perl, ["-MPOSIX=setsid", "-e", "setsid(); exec { $ARGV[0] } @ARGV", fileName, .. arguments])
        : (fileName, arguments);
}
