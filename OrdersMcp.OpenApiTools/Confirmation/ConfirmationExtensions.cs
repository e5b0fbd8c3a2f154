using Microsoft.Extensions.DependencyInjection.Extensions;
using OrdersMcp.OpenApiTools.Catalog;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>Adds confirmation of tool calls by a person.</summary>
internal static class ConfirmationExtensions
{
    public static IMcpServerBuilder AddConfirmation(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<IToolPlanner, ConfirmationPlanner>();
        builder.Services.AddSingleton<ConfirmationMetrics>();
        builder.Services.AddSingleton<UsedNonces>();
        builder.Services.TryAddSingleton<IUsedNonces>(provider => provider.GetRequiredService<UsedNonces>());
        builder.Services.AddSingleton<Confirmer>();
        return builder;
    }
}
