namespace OrdersMcp.AppHost.Local;

/// <summary>
/// Something cannot start on this machine. The message tells the user what to do. Aspire prints exceptions to the resource's
/// log; this one prints only its message, without a stack trace.
/// </summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
