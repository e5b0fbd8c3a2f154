using System.Diagnostics;

namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>
/// Ends the children when the host is killed and can do nothing itself. A shell in a session of its own reads from a
/// pipe which children run; when the pipe ends with the host, it stops those, and kills what is left after 5 s.
/// (PR_SET_PDEATHSIG would not do: it is bound to the thread that forked, and is cleared when a child changes user.)
/// </summary>
internal sealed class Guardian : IDisposable
{

    private readonly Lock _writing = new();
    private readonly Process _shell;

    public Guardian(string manifestPath)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Embedded", "Processes", "guardian.sh");
        var (fileName, arguments) = OwnSession.Wrap("/bin/sh", [script, manifestPath]);
        _shell = Process.Start(new ProcessStartInfo(fileName, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        })!;
    }

    public void Watch(int pid, Signal signal) =>
        Tell($"watch {pid} {(signal == Signal.Interrupt ? "INT" : "TERM")}");

    /// <summary>The child has ended: its number may soon belong to somebody else.</summary>
    public void Forget(int pid) => Tell($"forget {pid}");

    public void Dispose()
    {
        lock (_writing)
        {
            _shell.StandardInput.Close();
        }

        _shell.WaitForExit(TimeSpan.FromSeconds(1));
        _shell.Dispose();
    }

    private void Tell(string line)
    {
        try
        {
            lock (_writing)
            {
                _shell.StandardInput.WriteLine(line);
                _shell.StandardInput.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Somebody killed the guardian, or the host is on its way out. The stack runs on without it.
        }
    }
}
