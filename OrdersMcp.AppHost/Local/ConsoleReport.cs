using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace OrdersMcp.AppHost.Local;

/// <summary>
/// Reports to the console: the dashboard's link, slow steps, failures with their reasons, and the addresses once everything
/// is up.
/// </summary>
internal sealed class ConsoleReport(
    DistributedApplicationModel model,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int LinesOfFailure = 12;
    private static readonly string[] Failed = [KnownResourceStates.FailedToStart, KnownResourceStates.Exited, KnownResourceStates.Finished, KnownResourceStates.RuntimeUnhealthy];

    /// <summary>The interval between lines of a resource that differ only in a number.</summary>
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Name, string Kind), TimeSpan> _told = [];
    private readonly Dictionary<string, CustomResourceSnapshot> _seen = new(StringComparer.Ordinal);
    private bool _isSummed;

    /// <summary>The time since this process started, which is nearly the time that the user has waited.</summary>
    private static TimeSpan Elapsed => DateTime.Now - Process.GetCurrentProcess().StartTime;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        lifetime.ApplicationStopping.Register(() => Console.WriteLine("Stopping everything …"));
        try
        {
            await foreach (var change in notifications.WatchAsync(ending.Token))
            {
                var (name, state) = (change.Resource.Name, change.Snapshot);
                var before = _seen.GetValueOrDefault(name);
                _seen[name] = state;
                if (name == Addresses.Dashboard)
                {
                    await TellDashboardAsync(before, state, ending.Token);
                }
                else if (IsOurs(change.Resource) && !state.IsHidden)
                {
                    await TellAsync(change, before, ending.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The system stops.
        }
    }

    private static bool IsOurs(IResource resource) => resource is not ParameterResource && resource.Name != Addresses.Dashboard;

    private static bool IsUp(CustomResourceSnapshot? state) =>
        state is { HealthStatus: HealthStatus.Healthy } && state.State?.Text == KnownResourceStates.Running;

    // Exit code 0 means that something stopped the resource: the dashboard's Stop, or starting over.
    private static bool HasFailed(CustomResourceSnapshot? state) =>
        Failed.Contains(state?.State?.Text, StringComparer.Ordinal) && state?.ExitCode is not 0;

    // Aspire adds its own resource to each project, which rebuilds it.
    private bool IsUpOrHidden(IResource resource) =>
        _seen.TryGetValue(resource.Name, out var state) && (state.IsHidden || IsUp(state));

    private async Task TellDashboardAsync(CustomResourceSnapshot? before, CustomResourceSnapshot state, CancellationToken cancellation)
    {
        if (!IsUp(before) && IsUp(state))
        {
            Console.WriteLine($"Dashboard: {await Addresses.DashboardAsync(model, configuration, cancellation)}");
        }
        else if (!HasFailed(before) && HasFailed(state))
        {
            Console.Error.WriteLine("error: The dashboard ended. Its port or its telemetry port may be taken: choose another port (--dashboard-port PORT).");
        }
    }

    private async Task TellAsync(ResourceEvent change, CustomResourceSnapshot? before, CancellationToken cancellation)
    {
        var (name, state) = (change.Resource.Name, change.Snapshot);
        if (HasFailed(state) && !HasFailed(before) && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            Console.Error.WriteLine($"error: {name} {await WhyAsync(change, cancellation)}");
            _isSummed = false; // report again once it is back
        }
        else if (state.State is { } step && step.Style == KnownResourceStateStyles.Info && step != before?.State)
        {
            TellStep(name, step.Text);
        }

        if (!_isSummed && model.Resources.Where(IsOurs).All(IsUpOrHidden))
        {
            _isSummed = true;
            Console.WriteLine(await Summary.WriteAsync(model, configuration, Elapsed, cancellation));
        }
    }

    private void TellStep(string name, string text)
    {
        var (kind, now) = (text.Split(',')[0], Elapsed);
        if (!_told.TryGetValue((name, kind), out var last) || now - last >= ProgressEvery)
        {
            _told[(name, kind)] = now;
            Console.WriteLine($"[{now.TotalSeconds,5:0.0} s] {name}: {text}");
        }
    }

    /// <summary>The reason from a step before the start, or else the last lines of the resource.</summary>
    private async Task<string> WhyAsync(ResourceEvent change, CancellationToken cancellation)
    {
        var state = change.Snapshot;
        if (state.Properties.FirstOrDefault(property => property.Name == StartStep.Failure)?.Value is string reason)
        {
            return $"cannot start: {reason}";
        }

        var lines = new List<string>();
        await foreach (var batch in logs.GetAllAsync(change.ResourceId).WithCancellation(cancellation))
        {
            lines.AddRange(batch.SelectMany(line => line.Content.Split('\n')).Where(line => !IsStackFrame(line)).Select(line => "  " + Clean(line)));
        }

        var what = state.ExitCode is { } code ? $"ended with exit code {code}" : "could not be started";
        return lines.Count == 0
            ? $"{what}, and printed nothing. Its state is {state.State?.Text}; a resource that it waits for may have failed."
            : $"{what}. Its last lines:\n{string.Join('\n', lines.TakeLast(LinesOfFailure))}";
    }

    private static bool IsStackFrame(string line) => line.StartsWith("   at ", StringComparison.Ordinal);

    // Logs can contain text from customers, and a terminal would obey control characters in it.
    private static string Clean(string line) =>
        string.Concat(line.Select(character => char.IsControl(character) && character != '\t' ? '·' : character));
}
