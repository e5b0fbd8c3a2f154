namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>Actions that run after the transaction of a request commits. If it does not commit, they do not run.</summary>
internal sealed class AfterCommit
{
    private readonly List<Action> _actions = [];

    public void Do(Action action) => _actions.Add(action);

    public void Run() => _actions.ForEach(action => action());
}
