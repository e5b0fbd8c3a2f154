using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Tools;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace OrdersMcp.McpServer.Hosting.Commands;

/// <summary>
/// <c>tools [--document URL|FILE] [--json [--schemas]]</c>: lists the tools from a document, their cost for a model, and all
/// warnings, without starting a server. Without a document it uses the APIs of the configuration.
/// </summary>
internal sealed class ToolsCommand(IServiceProvider services)
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>0; 1 if a document is unusable; 2 if the settings are invalid.</returns>
    public async Task<int> RunAsync(string? document, bool isJson, bool hasSchemas, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (document is null && SettingsProblems() is { Count: > 0 } problems)
        {
            foreach (var problem in problems)
            {
                await errors.WriteLineAsync(problem);
            }

            return 2;
        }

        var (apis, budget) = Configured(document);
        var report = new JsonArray();
        var exit = 0;
        for (var i = 0; i < apis.Count; i++)
        {
            try
            {
                var set = await BuildAsync(apis[i], $"{OpenApiToolsOptions.Section}:Apis:{i}", budget, cancellationToken);
                if (isJson)
                {
                    report.Add(Json(apis[i].Name, set, hasSchemas));
                }
                else
                {
                    await output.WriteAsync(Text(apis[i].Name, set, TokenBudget()));
                }
            }
            catch (Exception exception) when (IsOfDocument(exception))
            {
                await errors.WriteLineAsync($"{apis[i].Name}: {Named(apis[i].Document)}: {exception.Message}");
                exit = 1;
            }
        }

        if (isJson)
        {
            await output.WriteLineAsync(report.ToJsonString(Indented));
        }

        await (isJson ? errors : output).WriteLineAsync(Effort());
        return exit;
    }

    /// <summary>The effort of this process, to show that large documents are no problem for a server.</summary>
    private static string Effort()
    {
        using var process = Process.GetCurrentProcess();
        return $"{Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s of processor time, "
            + $"{process.PeakWorkingSet64 >> 20} MB of memory at most";
    }

    /// <summary>A relative file with its full path, because it is relative to the working directory of the command.</summary>
    private static string Named(string document) =>
        document.Contains("://", StringComparison.Ordinal) ? DocumentAddress.Redacted(document) : Path.GetFullPath(DocumentAddress.PathOf(document));

    /// <summary>
    /// <c>tools lint [--document URL|FILE] [--overlay FILE]</c>: reports problems that make the tools hard to use, and
    /// writes an overlay to start with.
    /// </summary>
    /// <returns>0; 1 if a document is unusable; 2 if the settings are invalid.</returns>
    public async Task<int> LintAsync(string? document, string? overlay, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        if (document is null && SettingsProblems() is { Count: > 0 } problems)
        {
            foreach (var problem in problems)
            {
                await errors.WriteLineAsync(problem);
            }

            return 2;
        }

        var (apis, budget) = Configured(document);
        var exit = 0;
        for (var i = 0; i < apis.Count; i++)
        {
            try
            {
                var lint = ToolLint.Of(await BuildAsync(apis[i], $"{OpenApiToolsOptions.Section}:Apis:{i}", budget, cancellationToken));
                await output.WriteLineAsync($"{apis[i].Name}: {lint.Tools} tools, {lint.Tokens} tokens (o200k_base), {lint.Findings.Count} findings");
                foreach (var finding in lint.Findings)
                {
                    await output.WriteLineAsync($"  {finding}");
                }

                if (overlay is not null)
                {
                    await File.WriteAllTextAsync(overlay, lint.ProposeOverlay(apis[i].Name).ToJsonString(Indented), cancellationToken);
                    await output.WriteLineAsync($"A proposal for an overlay is in {Path.GetFullPath(overlay)}.");
                }
            }
            catch (Exception exception) when (IsOfDocument(exception))
            {
                await errors.WriteLineAsync($"{apis[i].Name}: {Named(apis[i].Document)}: {exception.Message}");
                exit = 1;
            }
        }

        return exit;
    }

    private static bool IsOfDocument(Exception exception) => exception is ApiDocumentException or HttpRequestException
        or TimeoutRejectedException or BrokenCircuitException or IOException or UnauthorizedAccessException or UriFormatException;

    /// <summary>The problems of the configuration, each with its setting.</summary>
    private List<string> SettingsProblems()
    {
        try
        {
            _ = services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
        catch (InvalidOperationException exception)
        {
            return [exception.Message]; // a value of the wrong type; the message names its setting
        }
    }

    private (List<ApiOptions> Apis, int Budget) Configured(string? document) => document is null
        ? services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value is var options
            ? (options.Apis, options.ResultByteBudget)
            : default
        : ([SettingsOf(document)], new OpenApiToolsOptions().ResultByteBudget);

    /// <summary>The settings of the configured API with this document, including its filters; otherwise defaults.</summary>
    private ApiOptions SettingsOf(string document) => SettingsProblems().Count == 0
        && services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value.Apis.Find(api => api.Document == document) is { } configured
            ? configured
            : new ApiOptions { Name = "document", Document = document };

    private async Task<ToolSet> BuildAsync(ApiOptions api, string setting, int budget, CancellationToken cancellationToken)
    {
        var clients = services.GetRequiredService<ApiClients>();
        var read = await new DocumentSource(api, clients.Documents).ReadAsync(cancellationToken);
        return new ToolBuilder(api, setting, Endpoint, budget) { Planners = [.. services.GetServices<IToolPlanner>()] }.Build(read!.Value.Document);

        // The command calls no API, so it can also list a file without a server URL.
        ApiEndpoint Endpoint(string? server) => DocumentAddress.IsAddress(api.Document) || api.BaseAddress is not null
            || (server is not null && DocumentAddress.IsAddress(server))
            ? clients.For(api, server)
            : new ApiEndpoint(api, "http://nowhere.invalid", clients.Documents);
    }

    /// <summary>The configured budget of the list, or the default if the settings are invalid.</summary>
    private int TokenBudget() => SettingsProblems().Count == 0
        ? services.GetRequiredService<IOptions<OpenApiToolsOptions>>().Value.ToolList.TokenBudget
        : new ToolListOptions().TokenBudget;

    private static string Text(string api, ToolSet set, int budget)
    {
        var text = new StringWriter();
        var costs = set.Tools.Select(tool => (tool.Definition.Name, Cost: ToolCost.Of(tool.Definition), tool.Metadata)).ToArray();
        text.WriteLine($"{api}: {costs.Length} tools, {costs.Sum(tool => tool.Cost.Tokens)} tokens "
            + $"(name, description, input schema; output schemas {costs.Sum(tool => tool.Cost.OutputTokens)})");
        if (costs.Sum(tool => tool.Cost.Tokens) > budget)
        {
            text.WriteLine($"  More than Mcp:ToolList:TokenBudget ({budget}): with Mcp:ToolList:Mode=Search or Auto, clients search the tools in place of listing them.");
        }

        var width = costs.Select(tool => tool.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, cost, metadata) in costs.OrderBy(tool => tool.Name, StringComparer.Ordinal))
        {
            text.WriteLine($"  {name.PadRight(width)} {cost.Tokens,6} {cost.OutputTokens,6}  {metadata.Method} {metadata.Path}");
        }

        if (set.Warnings.Count > 0)
        {
            text.WriteLine($"{set.Warnings.Count} warnings");
            foreach (var warning in set.Warnings)
            {
                text.WriteLine($"  {warning}");
            }
        }

        return text.ToString();
    }

    private static JsonObject Json(string api, ToolSet set, bool hasSchemas) => new()
    {
        ["api"] = api,
        ["tools"] = new JsonArray([.. set.Tools.OrderBy(tool => tool.Definition.Name, StringComparer.Ordinal).Select(tool =>
        {
            var cost = ToolCost.Of(tool.Definition);
            var entry = new JsonObject
            {
                ["name"] = tool.Definition.Name,
                ["operation"] = $"{tool.Metadata.Method} {tool.Metadata.Path}",
                ["tokens"] = cost.Tokens,
                ["outputTokens"] = cost.OutputTokens,
                ["confirm"] = tool.Confirmation?.Message,
                ["scopes"] = new JsonArray([.. tool.Metadata.Scopes.Select(scope => (JsonNode)scope)]),
            };
            if (hasSchemas)
            {
                entry["inputSchema"] = JsonNode.Parse(tool.Definition.InputSchema.GetRawText());
                entry["outputSchema"] = tool.Definition.OutputSchema is { } output ? JsonNode.Parse(output.GetRawText()) : null;
            }

            return (JsonNode)entry;
        })]),
        ["warnings"] = new JsonArray([.. set.Warnings.Select(warning => (JsonNode)warning.ToString())]),
    };
}
