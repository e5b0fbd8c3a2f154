namespace OrdersMcp.AppHost.Embedded.Processes;

/// <summary>One box of the picture: what runs, what it waits for, and how one knows that it is well.</summary>
internal sealed record Resource(string Name)
{
    /// <summary>Gets ready what the launch needs: installs, creates.</summary>
    public Func<CancellationToken, Task> Prepare { get; init; } = _ => Task.CompletedTask;

    public required Func<Launch> Launch { get; init; }

    public required Func<CancellationToken, Task<bool>> IsHealthy { get; init; }

    /// <summary>Started only when these are healthy.</summary>
    public IReadOnlyList<Supervisor> WaitFor { get; init; } = [];

    /// <summary>The ports it listens on.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Where it is, for the console.</summary>
    public string Address { get; init; } = "";

    /// <summary>Whether the stack is worth running without it, when it cannot be had on this machine.</summary>
    public bool Optional { get; init; }

    /// <summary>Its output is banners and tokens: shown only when it dies.</summary>
    public bool Quiet { get; init; }
}
