using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Telemetry;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Adds the audit of tool calls to the application.</summary>
internal static class AuditExtensions
{
    public static void AddAudit(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuditOptions>()
            .BindConfiguration(AuditOptions.Section)
            .PostConfigure<IOptions<OpenApiToolsOptions>>((audit, mcp) =>
            {
                // Other APIs do not accept records. A warning at start says so.
                audit.Api = audit.ConnectionString.Length == 0 && mcp.Value.Apis.Any(api => api.Name == audit.Api) ? audit.Api : "";
            })
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidator>();
        builder.Services.AddSingleton<AuditStore>();
        builder.Services.AddSingleton<AuditJournal>();
        builder.Services.AddSingleton<AuditMetrics>();
        builder.Services.AddSingleton<ICallAudit, AuditTrail>();
        builder.Services.AddHostedService<AuditShipper>();
    }

    /// <summary>
    /// Opens the journal before the host starts, so that an unusable folder is reported like an invalid setting.
    /// </summary>
    /// <exception cref="OptionsValidationException">The folder cannot be used.</exception>
    public static void OpenAudit(this IServiceProvider services)
    {
        if (services.GetRequiredService<IOptions<AuditOptions>>().Value.IsOn)
        {
            services.GetRequiredService<AuditJournal>().Open();
        }
    }
}
