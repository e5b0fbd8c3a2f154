using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Telemetry;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Puts the audit of tool calls into the application.</summary>
internal static class AuditExtensions
{
    public static void AddAudit(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuditOptions>()
            .BindConfiguration(AuditOptions.Section)
            .PostConfigure<IOptions<McpOptions>>((audit, mcp) =>
            {
                // In front of another API there is nobody who takes records; the start says so.
                audit.Api = mcp.Value.Apis.Any(api => api.Name == audit.Api) ? audit.Api : "";
            })
            .ValidateOnStart();
        builder.Services.AddSingleton<AuditJournal>();
        builder.Services.AddSingleton<AuditMetrics>();
        builder.Services.AddSingleton<ICallAudit, AuditTrail>();
        builder.Services.AddHostedService<AuditShipper>();
    }

    /// <summary>Opens the journal before anything is started, so that a folder that cannot be used is reported like a setting.</summary>
    /// <exception cref="OptionsValidationException">The folder cannot be used.</exception>
    public static void OpenAudit(this IServiceProvider services)
    {
        if (services.GetRequiredService<IOptions<AuditOptions>>().Value.Api.Length > 0)
        {
            services.GetRequiredService<AuditJournal>().Open();
        }
    }
}
