namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// A request to read all documents again now. It is fulfilled when every API was read by a reading that began after the
/// request: an earlier one may have seen the previous state.
/// </summary>
/// <param name="apis">The number of APIs.</param>
internal sealed class CatalogDemand(int apis)
{
    private readonly TaskCompletionSource _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _apis = apis;
    private int _open = apis;

    /// <summary>Completes when the request is made.</summary>
    public Task Made => _made.Task;

    /// <summary>Completes when every API was read.</summary>
    public Task Answered => _answered.Task;

    private CatalogDemand? Next { get; set; }

    /// <summary>Creates the next request, before callers can see this one.</summary>
    public CatalogDemand Follow() => Next = new CatalogDemand(_apis);

    public void Make() => _made.TrySetResult();

    /// <summary>Reports that one API was read, which counts for all requests made before <paramref name="later"/>.</summary>
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
