using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.AppHost.Local;

/// <summary>How a step tells what it does.</summary>
/// <param name="Say">A line of the resource's console that is its state on the dashboard, and told on the AppHost's console.</param>
/// <param name="Log">A line of the resource's console.</param>
internal sealed record StepReport(Action<string> Say, Action<string> Log);

/// <summary>What has to be done on this machine before a resource starts.</summary>
internal static class StartStep
{
    /// <summary>The property on the dashboard that says why a resource did not start.</summary>
    public const string Failure = "Failure";

    /// <summary>
    /// Runs before each start of the resource, and keeps it from starting where it fails. The reason of a failure is a line
    /// of the resource's console, and a property of it on the dashboard.
    /// </summary>
    public static IResourceBuilder<T> BeforeStart<T>(
        this IResourceBuilder<T> builder, Func<StepReport, CancellationToken, Task> step)
        where T : IResource => builder.OnBeforeResourceStarted(async (resource, started, cancellation) =>
        {
            var logger = started.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource);
            var states = started.Services.GetRequiredService<ResourceNotificationService>();
            await states.PublishUpdateAsync(resource, state => state with { Properties = Without(state.Properties) });
            try
            {
                await step(new StepReport(Say, Log), cancellation);
            }
            catch (StartException exception)
            {
                await states.PublishUpdateAsync(resource, state => state with
                {
                    Properties = Without(state.Properties).Add(new(Failure, exception.Message) { DisplayName = "Failure", IsHighlighted = true }),
                });
                throw;
            }

            void Log(string text) => logger.LogInformation("{Text}", text);

            void Say(string text)
            {
                Log(text);
                _ = states.PublishUpdateAsync(resource, state => state with
                {
                    State = new(text.Split('\n')[0], KnownResourceStateStyles.Info),
                });
            }
        });

    private static ImmutableArray<ResourcePropertySnapshot> Without(ImmutableArray<ResourcePropertySnapshot> properties) =>
        properties.RemoveAll(property => property.Name == Failure);
}
