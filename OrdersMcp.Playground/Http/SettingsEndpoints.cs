using Microsoft.Extensions.Options;
using OrdersMcp.Playground.Configuration;
using OrdersMcp.Playground.Models;
using OrdersMcp.Playground.Tools;

namespace OrdersMcp.Playground.Http;

/// <summary>What the page can choose from: models, callers, examples and limits. It contains no key.</summary>
internal sealed record PlaygroundSettings(
    IReadOnlyList<ModelChoice> Models,
    string DefaultModel,
    IReadOnlyList<CallerChoice> Callers,
    string DefaultCaller,
    IReadOnlyList<ExampleOptions> Examples,
    LimitOptions Limits,
    string Currency,
    string? DashboardUrl,
    string? Notice);

/// <summary>A model.</summary>
internal sealed record ModelChoice(string Id, string Name, bool Scripted, string Provider);

/// <summary>A caller.</summary>
internal sealed record CallerChoice(string Id, string Name, string Description);

/// <summary><c>GET /settings</c>.</summary>
internal static class SettingsEndpoints
{
    private const string ScriptedOnly =
        "No model is configured, so a scripted model answers: rules that understand the example prompts. "
        + "To use a real model, set its key, such as: dotnet user-secrets --project OrdersMcp.Playground set Playground:Models:claude:ApiKey KEY";

    public static void MapSettings(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/settings", Read)
            .WithName("getSettings")
            .WithSummary("Returns the models, callers, examples and limits")
            .WithTags("Page");

    private static PlaygroundSettings Read(IOptions<PlaygroundOptions> options, ModelCatalog models, ToolServers servers)
    {
        var settings = options.Value;
        return new PlaygroundSettings(
            [.. models.All.Select(model => new ModelChoice(model.Id, model.Name, model.IsScripted, model.Provider))],
            models.Default.Id,
            [.. settings.AllCallers.Select(caller => new CallerChoice(caller.Id, caller.Name, caller.Description))],
            servers.Find(id: null)!.Id,
            settings.Examples,
            settings.Limits,
            settings.Currency,
            settings.DashboardUrl,
            models.All.All(model => model.IsScripted) ? ScriptedOnly : null);
    }
}
