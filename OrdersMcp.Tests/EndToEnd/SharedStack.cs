namespace OrdersMcp.Tests.EndToEnd;

/// <summary>One whole stack for all tests that only look at it.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    /// <summary>The stack.</summary>
    public RunningStack Stack { get; private set; } = null!;

    /// <summary>Its dashboard.</summary>
    public DashboardAddress Dashboard => Stack.Dashboard;

    /// <summary>Its Inspector.</summary>
    public InspectorAddress Inspector => Stack.Inspector;

    /// <inheritdoc/>
    // Its data is new in any case; what --fresh does later, at a restart of the database, is tested.
    public async ValueTask InitializeAsync() => Stack = await RunningStack.StartAsync("--fresh");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stack?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The tests of the shared stack, one after another: they read its traces.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StackCollection : ICollectionFixture<SharedStack>
{
    public const string Name = "The whole stack";
}
