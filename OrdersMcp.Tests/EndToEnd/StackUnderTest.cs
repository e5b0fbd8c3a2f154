namespace OrdersMcp.Tests.EndToEnd;

/// <summary>The stack of this build: the embedded one. Aspire/ has its like for the build with Aspire.</summary>
internal static class StackUnderTest
{
    /// <summary>Why there is none on this machine; null where there is.</summary>
    public static string? Missing => null;

    public static async Task<IRunningStack> StartAsync() => await EmbeddedStack.StartAsync(data: null);
}
