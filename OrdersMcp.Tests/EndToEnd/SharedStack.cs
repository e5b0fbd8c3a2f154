namespace OrdersMcp.Tests.EndToEnd;

/// <summary>One stack for all tests that only read from it.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    /// <summary>The stack.</summary>
    public RunningStack Stack { get; private set; } = null!;

    /// <summary>Its dashboard.</summary>
    public DashboardAddress Dashboard => Stack.Dashboard;

    /// <summary>Its Inspector.</summary>
    public InspectorAddress Inspector => Stack.Inspector;

    /// <inheritdoc/>
    // The data is new anyway. With --fresh, tests can check later restarts of the database.
    public async ValueTask InitializeAsync() => Stack = await RunningStack.StartAsync("--fresh");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Stack?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Runs the tests of the shared stack one after another, because they read its traces.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StackCollection : ICollectionFixture<SharedStack>
{
    public const string Name = "The whole stack";
}
