namespace OrdersMcp.AppHost.Embedded;

/// <summary>What the host's exit code says.</summary>
public static class ExitCode
{
    /// <summary>The stack ran, was told to stop, and everything stopped.</summary>
    public const int Stopped = 0;

    /// <summary>The stack could not start, or a child kept dying.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>A second Ctrl+C: everything was killed at once.</summary>
    public const int Killed = 130;
}

/// <summary>A failure that is told to the user as one message, without a stack trace.</summary>
public sealed class StackException(string message, Exception? inner = null) : Exception(message, inner);
