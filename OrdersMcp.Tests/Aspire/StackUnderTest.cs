using OrdersMcp.Tests.Aspire;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The stack of this build: Aspire's. EndToEnd/ has its like for the embedded build.</summary>
internal static class StackUnderTest
{
    /// <summary>Why there is none on this machine; null where there is.</summary>
    public static string? Missing => ContainerEngine.Missing;

    public static async Task<IRunningStack> StartAsync() => await AspireStack.StartAsync();
}
