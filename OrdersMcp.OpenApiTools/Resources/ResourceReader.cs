using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Operations.Results;
using OrdersMcp.OpenApiTools.Protocol;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Resources;

/// <summary>Answers <c>resources/read</c>: a text of the document, or the answer of an operation.</summary>
internal sealed partial class ResourceReader(
    ToolCatalog catalog, AppReader apps, IOptions<OpenApiToolsOptions> options, TimeProvider time, ILogger<ResourceReader> logger)
{
    /// <summary>Data is live. This covers a client that reads twice in a row, and no more.</summary>
    private static readonly TimeSpan LiveTimeToLive = TimeSpan.FromSeconds(1);

    /// <exception cref="McpProtocolException">There is no such resource, or its API failed.</exception>
    public async ValueTask<ReadResourceResult> ReadAsync(
        RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken)
    {
        var uri = request.Params.Uri ?? "";
        var isPerRequest = ProtocolVersions.IsPerRequest(request.JsonRpcRequest, request.Server);
        var snapshot = await catalog.GetAsync(cancellationToken);
        var capabilities = snapshot.Capabilities;
        if (capabilities.ResourcesByUri.TryGetValue(uri, out var known))
        {
            return new ReadResourceResult
            {
                Contents = [new TextResourceContents { Uri = uri, MimeType = known.Definition.MimeType, Text = known.Text }],
                TimeToLive = isPerRequest ? options.Value.RefreshInterval : null,
                CacheScope = isPerRequest ? CacheScope.Public : null,
            };
        }

        if (capabilities.AppsByUri.TryGetValue(uri, out var app))
        {
            return new ReadResourceResult
            {
                Contents = [await apps.ReadAsync(app, request.User, snapshot)],
                TimeToLive = isPerRequest ? options.Value.RefreshInterval : null,
                CacheScope = isPerRequest ? apps.ScopeFor(request.User) : null,
            };
        }

        if (capabilities.Skills.FileOf(uri) is { } file)
        {
            return new ReadResourceResult
            {
                Contents =
                [
                    file.Text is { } text
                        ? new TextResourceContents { Uri = uri, MimeType = file.Definition.MimeType, Text = text }
                        : BlobResourceContents.FromBytes(file.Content, uri, file.Definition.MimeType),
                ],
                TimeToLive = isPerRequest ? options.Value.RefreshInterval : null,
                CacheScope = isPerRequest ? CacheScope.Public : null,
            };
        }

        foreach (var template in capabilities.OperationResources)
        {
            if (template.Uri.Match(uri) is { } values)
            {
                return await ReadAsync(request, template, values, cancellationToken);
            }
        }

        throw NotFound(request, "There is no such resource. resources/list names the fixed ones, and resources/templates/list the URIs of the others.");
    }

    private async ValueTask<ReadResourceResult> ReadAsync(
        RequestContext<ReadResourceRequestParams> request, OperationResource resource, string[] values, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var arguments = ArgumentsOf(resource, values) ?? throw NotFound(request, WrongUri(resource));
            var answer = await resource.Operation.FetchAsync(arguments, Caller.Of(request.JsonRpcRequest), options.Value.ResourceByteBudget, cancellationToken);
            if (answer.Error is { } error)
            {
                outcome = "was refused";
                throw Failure(request, resource, answer, error);
            }

            outcome = "was read";
            var isPerRequest = ProtocolVersions.IsPerRequest(request.JsonRpcRequest, request.Server);
            return new ReadResourceResult
            {
                Contents = [ContentsOf(request.Params.Uri, resource, answer)],
                TimeToLive = isPerRequest ? LiveTimeToLive : null,
                CacheScope = isPerRequest ? CacheScope.Private : null,
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "was cancelled";
            throw;
        }
        finally
        {
            // The template, not the URI, which may contain personal data.
            LogRead(resource.Uri.Text, outcome, time.GetElapsedTime(started).TotalMilliseconds);
        }
    }

    /// <summary>The values as arguments; null for a non-canonical integer, so each resource has one URI.</summary>
    private static Dictionary<string, JsonElement>? ArgumentsOf(OperationResource resource, string[] values)
    {
        var arguments = new Dictionary<string, JsonElement>(values.Length, StringComparer.Ordinal);
        foreach (var (variable, value) in resource.Variables.Zip(values))
        {
            if (variable.IsInteger && !Integers().IsMatch(value))
            {
                return null;
            }

            arguments[variable.Argument] = variable.IsInteger ? JsonElement.Parse(value) : JsonSerializer.SerializeToElement(value);
        }

        return arguments;
    }

    private static ResourceContents ContentsOf(string uri, OperationResource resource, OperationResponse answer)
    {
        var type = answer.ContentType?.MediaType;
        var meta = resource.Untrusted.Count == 0 ? null : new JsonObject
        {
            [ResponseReader.UntrustedMeta] = new JsonArray([.. resource.Untrusted.Select(path => (JsonNode)path)]),
        };
        return type is not null && !MediaTypes.IsText(type)
            ? Blob()
            : new TextResourceContents { Uri = uri, MimeType = type, Text = Text(), Meta = meta };

        string Text() => EncodedText.Decode(answer.ContentType?.CharSet, answer.Body.Span);

        BlobResourceContents Blob()
        {
            var blob = BlobResourceContents.FromBytes(answer.Body, uri, type);
            blob.Meta = meta;
            return blob;
        }
    }

    private static McpProtocolException Failure(
        RequestContext<ReadResourceRequestParams> request, OperationResource resource, OperationResponse answer, CallToolResult error)
    {
        if (answer.IsRefused)
        {
            return NotFound(request, WrongUri(resource));
        }

        var problem = error.Content is [TextContentBlock { Text: var text }] ? JsonElement.Parse(text) : default;
        var said = problem.Text("detail") ?? problem.Text("title");
        return answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone
            ? NotFound(request, said ?? "The API has no such resource.")
            : With(request, new McpProtocolException($"The resource could not be read. {said}".TrimEnd(), McpErrorCode.InternalError), problem);
    }

    private static string WrongUri(OperationResource resource) =>
        $"There is no such resource: the URI is not one of {resource.Uri.Text}, whose variables must be valid as parameters of the tool {resource.Operation.Definition.Name}.";

    /// <summary>MCP 2026-07-28 changed the code to invalid parameters (server/resources, "Error Handling").</summary>
    private static McpProtocolException NotFound(RequestContext<ReadResourceRequestParams> request, string message) => With(
        request,
        new McpProtocolException(
            message,
            ProtocolVersions.IsPerRequest(request.JsonRpcRequest, request.Server)
                ? McpErrorCode.InvalidParams
                : McpErrorCode.ResourceNotFound),
        problem: default);

    private static McpProtocolException With(
        RequestContext<ReadResourceRequestParams> request, McpProtocolException exception, JsonElement problem)
    {
        exception.Data["uri"] = request.Params.Uri;
        if (problem.ValueKind == JsonValueKind.Object)
        {
            exception.Data["problem"] = problem;
        }

        return exception;
    }

    [GeneratedRegex(@"\A(0|-?[1-9][0-9]{0,18})\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Integers();

    [LoggerMessage(Level = LogLevel.Information, Message = "Resource {Template} {Outcome} in {Milliseconds:0.0} ms")]
    private partial void LogRead(string template, string outcome, double milliseconds);
}
