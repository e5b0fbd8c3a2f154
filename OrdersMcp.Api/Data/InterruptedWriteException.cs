namespace OrdersMcp.Api.Data;

/// <summary>The database went away during a write.</summary>
/// <param name="mayBeDone">Whether it went away during the commit, so that the write may have been made.</param>
/// <param name="cause">What the driver said.</param>
internal sealed class InterruptedWriteException(bool mayBeDone, Exception cause) : Exception(cause.Message, cause)
{
    public bool MayBeDone => mayBeDone;
}
