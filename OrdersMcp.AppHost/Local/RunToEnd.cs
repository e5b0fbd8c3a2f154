namespace OrdersMcp.AppHost.Local;

internal static class RunToEnd
{
    /// <summary>Runs the system until it is told to stop.</summary>
    /// <returns>The exit code: 0 where it ran, 1 where it could not start, for a reason that is written on the console.</returns>
    public static async Task<int> RunToEndAsync(this DistributedApplication system)
    {
        try
        {
            await using (system)
            {
                DashboardStart.CheckCertificate(system.Services);
                await system.RunAsync();
            }

            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0; // told to stop while it started
        }
        catch (StartException exception)
        {
            await Console.Error.WriteLineAsync($"error: {exception.Message}");
            return 1;
        }
    }
}
