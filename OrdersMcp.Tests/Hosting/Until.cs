using System.Diagnostics;

namespace OrdersMcp.Tests.Hosting;

/// <summary>Waits for conditions.</summary>
internal static class Until
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan HealthPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The first value that is not null.</summary>
    public static async Task<T> NotNullAsync<T>(Func<Task<T?>> ask, TimeSpan patience, string otherwise)
        where T : class
    {
        T? answer = null;
        await TrueAsync(async () => (answer = await ask()) is not null, patience, () => otherwise);
        return answer!;
    }

    /// <summary>Polls the health of a service until it responds with this word.</summary>
    public static Task HealthyAsync(Uri health, string word = "Healthy")
    {
        var last = "";
        return TrueAsync(async () =>
        {
            using var response = await OutsideClient.Shared.GetAsync(health, TestContext.Current.CancellationToken);
            last = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return last == word;
        }, HealthPatience, () => $"{health} does not answer {word} but {last}");
    }

    /// <summary>Polls until the condition holds, by default for half a minute.</summary>
    public static Task TrueAsync(Func<bool> look, Func<string> otherwise, TimeSpan? patience = null) =>
        TrueAsync(() => Task.FromResult(look()), patience ?? Patience, otherwise);

    /// <summary>Polls until the condition holds. If that takes too long, the test fails with the text.</summary>
    public static async Task TrueAsync(Func<Task<bool>> ask, TimeSpan patience, Func<string> otherwise)
    {
        var waited = Stopwatch.StartNew();
        var pause = FirstPause;
        while (!await AskAsync())
        {
            if (waited.Elapsed >= patience)
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(pause, TestContext.Current.CancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        // A single check may take all of the time, but no longer.
        async Task<bool> AskAsync()
        {
            var left = patience - waited.Elapsed;
            var answer = ask();
            try
            {
                return await answer.WaitAsync(left > FirstPause ? left : FirstPause, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException) when (!answer.IsCompleted)
            {
                return false;
            }
        }
    }
}
