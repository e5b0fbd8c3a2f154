namespace OrdersMcp.AppHost.Embedded;

/// <summary>The table that says where everything is.</summary>
internal sealed class Summary(ConsoleReport report, StackManifest stack, string passwordPath)
{
    public void Print(bool complete)
    {
        var postgres = stack.Postgres;
        var pending = complete ? "not running" : "on its way";
        report.Line();
        Row("Dashboard", stack.Dashboard?.Link ?? pending);
        Row("MCP endpoint", stack.Mcp.Endpoint);
        Row("Inspector", stack.Inspector?.Link ?? pending);
        Row("API", stack.Api.Url);
        Row("Swagger", stack.Api.Swagger);
        Row("PostgreSQL", $"Host={postgres.Host};Port={postgres.Port};Username={postgres.Username};"
            + $"Database={postgres.Database}");
        Row("", $"password in {passwordPath}");
        report.Line();
        report.Line("  Configuration for an MCP client:");
        report.Line("""    {"mcpServers":{"orders":{"type":"http","url":"ENDPOINT"}}}"""
            .Replace("ENDPOINT", stack.Mcp.Endpoint));
        report.Line();
        report.Line(complete
            ? $"  Core ready in {stack.CoreReadySeconds:0.0} s, everything in {stack.ReadySeconds:0.0} s. "
                + "Ctrl+C stops everything."
            : $"  Core ready in {stack.CoreReadySeconds:0.0} s; the rest is still being installed.");
        report.Line();
    }

    private void Row(string name, string value) => report.Line($"  {name,-14}{value}");
}
