namespace OrdersMcp.Tests.EndToEnd;

/// <summary>One whole stack for all tests that only look at it, started when the first of them asks.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    public EmbeddedStack Stack { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Stack = await EmbeddedStack.StartAsync(data: null);

    public async ValueTask DisposeAsync() => await Stack.DisposeAsync();
}

/// <summary>The tests of the shared stack, one after another: they read its traces.</summary>
[CollectionDefinition(Name)]
public sealed class StackCollection : ICollectionFixture<SharedStack>
{
    public const string Name = "The whole stack";
}
