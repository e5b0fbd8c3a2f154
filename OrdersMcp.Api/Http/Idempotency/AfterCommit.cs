namespace OrdersMcp.Api.Http.Idempotency;

/// <summary>Actions that run only after the transaction of the request has committed.</summary>
internal sealed class AfterCommit
{
    private readonly List<Action> _actions = [];

    public void Do(Action action) => _actions.Add(action);

    public void Run() => _actions.ForEach(action => action());
}
