using System.Diagnostics;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Waits for what comes in its own time.</summary>
internal static class Until
{
    /// <summary>The first answer that is there.</summary>
    public static async Task<T> NotNullAsync<T>(Func<Task<T?>> ask, TimeSpan patience, string otherwise)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            Assert.True(waited.Elapsed < patience, otherwise);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }
    }
}
