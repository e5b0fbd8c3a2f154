namespace OrdersMcp.AppHost.Local;

/// <summary>
/// Why something cannot be started here, told to the user as one message that says what to do. Aspire writes exceptions
/// into the resource's log as they print themselves: this one prints its message alone, without a stack trace.
/// </summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
