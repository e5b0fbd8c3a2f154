using System.Runtime.InteropServices;
using OrdersMcp.AppHost.Embedded.Processes;

namespace OrdersMcp.AppHost.Embedded;

/// <summary>
/// Turns SIGINT (Ctrl+C), SIGTERM and SIGHUP (the terminal closed) into one orderly stop. A second Ctrl+C kills.
/// </summary>
public sealed class Shutdown : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Shutdown()
    {
        Signals.HeedInterrupt();
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
        ];
    }

    /// <summary>Cancelled when the stack shall stop.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>Why it shall stop, for the console.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>What a second Ctrl+C does before the host ends.</summary>
    internal Action? KillEverything { get; set; }

    public void Request(string reason)
    {
        if (!_requested.IsCancellationRequested)
        {
            Reason = reason;
            _requested.Cancel();
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _requested.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_requested.IsCancellationRequested && context.Signal == PosixSignal.SIGINT)
        {
            KillEverything?.Invoke();
            Environment.Exit(ExitCode.Killed);
        }

        Request(context.Signal switch
        {
            PosixSignal.SIGINT => "Ctrl+C",
            PosixSignal.SIGTERM => "SIGTERM",
            _ => "the terminal closed",
        });
    }
}
