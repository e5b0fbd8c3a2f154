namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>What a request does once its transaction is committed, and not at all when it is not.</summary>
internal sealed class AfterCommit
{
    private readonly List<Action> _actions = [];

    public void Do(Action action) => _actions.Add(action);

    public void Run() => _actions.ForEach(action => action());
}
