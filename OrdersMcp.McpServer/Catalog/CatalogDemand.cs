namespace OrdersMcp.McpServer.Catalog;

/// <summary>
/// A wish that all documents are read again, now. It is answered when every API was read by a reading that began after
/// the wish: one that was under way may have seen what was before.
/// </summary>
/// <param name="apis">How many APIs there are.</param>
internal sealed class CatalogDemand(int apis)
{
    private readonly TaskCompletionSource _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _apis = apis;
    private int _open = apis;

    /// <summary>Completes when somebody has this wish.</summary>
    public Task Made => _made.Task;

    /// <summary>Completes when every API was read.</summary>
    public Task Answered => _answered.Task;

    private CatalogDemand? Next { get; set; }

    /// <summary>The one after this. It is there before anybody can know of it.</summary>
    public CatalogDemand Follow() => Next = new CatalogDemand(_apis);

    public void Make() => _made.TrySetResult();

    /// <summary>One API was read; with it all wishes of it that were made before <paramref name="later"/> are answered.</summary>
    public void AnswerUntil(CatalogDemand later)
    {
        for (var demand = this; demand != later; demand = demand.Next!)
        {
            if (Interlocked.Decrement(ref demand._open) == 0)
            {
                demand._answered.TrySetResult();
            }
        }
    }
}
