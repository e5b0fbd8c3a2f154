using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.AppHost.Local;

/// <summary>How a step reports its progress.</summary>
/// <param name="Say">Writes a line to the consoles of the resource and the AppHost, and shows it as the resource's state.</param>
/// <param name="Log">Writes a line to the resource's console.</param>
internal sealed record StepReport(Action<string> Say, Action<string> Log);

/// <summary>Steps on this machine before a resource starts.</summary>
internal static class StartStep
{
    /// <summary>The dashboard property with the reason why a resource did not start.</summary>
    public const string Failure = "Failure";

    /// <summary>
    /// Runs a step before each start of the resource. If the step fails, the resource does not start, and its console and a
    /// property on the dashboard show the reason.
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
