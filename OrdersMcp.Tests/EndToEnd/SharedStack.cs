using System.Diagnostics.CodeAnalysis;
using OrdersMcp.AppHost.Embedded;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>One whole stack for all tests that only look at it, started when the first of them asks.</summary>
public sealed class SharedStack : IAsyncLifetime
{
    /// <summary>With 1, as in CI, a test fails where it would be skipped: a stack that does not come is not seen else.</summary>
    private const string RequireStack = "ORDERSMCP_REQUIRE_STACK";

    private IRunningStack? _stack;

    /// <summary>The stack; a test of it is skipped where there can be none.</summary>
    public IRunningStack Stack
    {
        get
        {
            if (_stack is null)
            {
                Skip(StackUnderTest.Missing ?? "");
            }

            return _stack;
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

    [DoesNotReturn]
    private static void Skip(string reason)
    {
        Assert.False(Environment.GetEnvironmentVariable(RequireStack) == "1", $"{RequireStack} is 1. {reason}");
        Assert.Skip(reason);
    }

    private T OrSkip<T>(T? manifest, string name)
        where T : class
    {
        if (manifest is null)
        {
            var reason = Stack.Output.Split('\n').FirstOrDefault(line => line.StartsWith("warning:", StringComparison.Ordinal));
            Skip($"The {name} cannot be had on this machine. {reason}");
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
