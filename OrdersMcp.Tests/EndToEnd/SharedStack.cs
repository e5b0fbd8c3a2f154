using OrdersMcp.AppHost.Embedded;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>One whole stack for all tests that only look at it, started when the first of them asks.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    private IRunningStack? _stack;

    /// <summary>The stack; a test of it is skipped where there can be none.</summary>
    public IRunningStack Stack
    {
        get
        {
            Assert.SkipWhen(_stack is null, StackUnderTest.Missing ?? "");
            return _stack!;
        }
    }

    /// <summary>The dashboard; a test of it is skipped where it cannot be had.</summary>
    public DashboardManifest Dashboard => OrSkip(Stack.Manifest.Dashboard, "Aspire dashboard");

    /// <summary>The Inspector; a test of it is skipped where it cannot be had.</summary>
    public InspectorManifest Inspector => OrSkip(Stack.Manifest.Inspector, "MCP Inspector");

    public async ValueTask InitializeAsync() =>
        _stack = StackUnderTest.Missing is null ? await StackUnderTest.StartAsync() : null;

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null)
        {
            await _stack.DisposeAsync();
        }
    }

    private T OrSkip<T>(T? manifest, string name)
        where T : class
    {
        if (manifest is null)
        {
            var reason = Stack.Output.Split('\n').FirstOrDefault(line => line.StartsWith("warning:", StringComparison.Ordinal));
            Assert.Skip($"The {name} cannot be had on this machine. {reason}");
        }

        return manifest;
    }
}

/// <summary>The tests of the shared stack, one after another: they read its traces.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StackCollection : ICollectionFixture<SharedStack>
{
    public const string Name = "The whole stack";
}
