using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Audit;

/// <summary>Checks the audit settings at start. Each problem names its setting; none contains a connection string.</summary>
internal sealed class AuditOptionsValidator : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        var problems = new List<string>();
        if (options.ConnectionString.Length > 0 && AuditDialect.Of(options.ConnectionString) is null)
        {
            problems.Add($"{AuditOptions.Section}:{nameof(AuditOptions.ConnectionString)} is neither a valid connection string of SQLite (Data Source=FILE) nor one of PostgreSQL (Host=…).");
        }

        if (options.Retention <= TimeSpan.Zero)
        {
            problems.Add($"{AuditOptions.Section}:{nameof(AuditOptions.Retention)} must be longer than zero.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
