using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Schemas;

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>How to follow a job that a tool starts.</summary>
/// <param name="Get">Reads the job.</param>
/// <param name="Cancel">Cancels the job; null if that is not possible.</param>
/// <param name="Parameter">The argument of both that takes the job's id.</param>
/// <param name="Resource">The URI of the result with the parameter in braces, if there is one.</param>
/// <param name="IsGetTool">Whether <paramref name="Get"/> is also a tool for clients.</param>
/// <param name="ShowsMessage">Whether clients may see the job's message: it is not marked as untrusted.</param>
internal sealed record JobPlan(
    OperationTool Get, OperationTool? Cancel, string Parameter, string? Resource, bool IsGetTool, bool ShowsMessage)
{
    /// <summary>The plan, or null if the document does not describe how to follow the job.</summary>
    public static JobPlan? Of(
        ApiDocument document, TaskExtension? extension, RelatedOperations related, Action<string> warn)
    {
        if (extension is null)
        {
            return null;
        }

        if (extension.Parameter is not { } parameter || related.Find(extension.Get) is not { } get
            || !get.Operation.IsSafe || !Takes(get.Tool, parameter))
        {
            warn("x-mcp.task: 'get' must name a read-only operation, and 'parameter' its parameter for the "
                + "job's id; the job is not followed.");
            return null;
        }

        var cancel = related.Find(extension.Cancel);
        if (extension.Cancel is not null && (cancel is null || !Takes(cancel.Tool, parameter)))
        {
            warn($"x-mcp.task: 'cancel' names '{extension.Cancel}', which is not an operation with the parameter '{parameter}'; "
                + "the job cannot be cancelled.");
            cancel = null;
        }

        var resource = extension.Resource;
        if (resource is not null && !resource.Contains($"{{{parameter}}}", StringComparison.Ordinal))
        {
            warn($"x-mcp.task: 'resource' has no {{{parameter}}}; the result has no link to it.");
            resource = null;
        }

        var answer = get.Operation.Success is { IsJson: true } success ? success.Schema : default;
        return new JobPlan(
            get.Tool, cancel?.Tool, parameter, resource, get.IsTool, TrustedFields.Has(document, answer, "message"));
    }

    /// <summary>Reads the job in an answer of the API; null if there is none.</summary>
    public JobState? Read(OperationResult answer) => JobState.TryRead(answer.Json()) is { } job
        ? ShowsMessage ? job : job with { Message = null }
        : null;

    /// <summary>The URI of a job's result, or null.</summary>
    public string? ResourceOf(string jobId) =>
        Resource?.Replace($"{{{Parameter}}}", Uri.EscapeDataString(jobId), StringComparison.Ordinal);

    private static bool Takes(OperationTool tool, string argument) =>
        tool.Definition.InputSchema.GetProperty("properties").TryGetProperty(argument, out _);
}
