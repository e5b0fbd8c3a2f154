using System.ComponentModel;
using System.Diagnostics;

namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>One running child: leader of its own session, watched by the guardian, its output read line by line.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int TailLength = 20;

    private readonly Process _process = new();
    private readonly Launch _launch;
    private readonly Guardian _guardian;
    private readonly Action<string> _onLine;
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _output = Task.CompletedTask;

    private ChildProcess(Launch launch, Guardian guardian, Action<string> onLine)
    {
        (_launch, _guardian, _onLine) = (launch, guardian, onLine);
    }

    public int Id { get; private set; }

    /// <summary>Completes with the exit code (128 + n for a signal) once the child has ended and is read out.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>The last 20 lines that the child wrote.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_tail)
            {
                return [.. _tail];
            }
        }
    }

    /// <exception cref="StackException">The program cannot be started.</exception>
    public static async Task<ChildProcess> StartAsync(
        Launch launch, Guardian guardian, Action<string> onLine, string? input = null)
    {
        var child = new ChildProcess(launch, guardian, onLine);
        child._process.StartInfo = launch.ToStartInfo();
        child._process.EnableRaisingEvents = true;
        child._process.Exited += child.OnExited;
        try
        {
            child._process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new StackException($"{launch.FileName} could not be started: {exception.Message}", exception);
        }

        child.Id = child._process.Id;
        guardian.Watch(child.Id, launch.StopSignal);
        child._output = Task.WhenAll(
            child.ReadAsync(child._process.StandardOutput), child.ReadAsync(child._process.StandardError));
        try
        {
            await child._process.StandardInput.WriteAsync(input);
            child._process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read its input; its exit code says why.
        }

        return child;
    }

    /// <summary>Asks the child to stop, and kills it and its group when it has not within <paramref name="grace"/>.</summary>
    /// <returns>Whether it stopped by itself.</returns>
    public async Task<bool> StopAsync(TimeSpan grace)
    {
        Signals.Send(Id, _launch.StopSignal);
        var inTime = await Task.WhenAny(Exited, Task.Delay(grace)) == Exited;
        if (!inTime)
        {
            Kill();
        }

        await Exited;
        return inTime;
    }

    public void Kill()
    {
        if (!Exited.IsCompleted)
        {
            Signals.KillGroup(Id);
            Signals.Send(Id, Signal.Kill);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Exited;
        _process.Dispose();
    }

    private async void OnExited(object? sender, EventArgs e)
    {
        Signals.KillGroup(Id);
        _guardian.Forget(Id);
        // A grandchild may hold the pipe open for longer than anybody wants to wait.
        await Task.WhenAny(_output, Task.Delay(TimeSpan.FromMilliseconds(500)));
        _exited.TrySetResult(_process.ExitCode);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (_tail)
                {
                    _tail.Enqueue(line);
                    if (_tail.Count > TailLength)
                    {
                        _tail.Dequeue();
                    }
                }

                _onLine(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The pipe went away with the child.
        }
    }
}
