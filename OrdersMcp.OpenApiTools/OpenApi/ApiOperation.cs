using System.Text.Json;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>One operation of an API, as its document describes it; schemas are unchanged.</summary>
internal sealed record ApiOperation
{
    /// <summary>The members of a path that are operations.</summary>
    public static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

    public required string? Id { get; init; }

    /// <summary>The HTTP method in capitals.</summary>
    public required string Method { get; init; }

    /// <summary>The path with its <c>{parameters}</c>.</summary>
    public required string Path { get; init; }

    public required string? Summary { get; init; }

    public required string? Description { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required bool Deprecated { get; init; }

    /// <summary>The address of the server of this path or operation, if it differs from the document's.</summary>
    public required string? ServerUrl { get; init; }

    public required IReadOnlyList<ApiParameter> Parameters { get; init; }

    public required ApiBody? Body { get; init; }

    /// <summary>Every response, ordered by status.</summary>
    public required IReadOnlyList<ApiResponse> Responses { get; init; }

    public required OperationExtensions Extensions { get; init; }

    /// <summary>Warnings about parts that were read differently than written.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether the method is safe by RFC 9110: it changes nothing.</summary>
    public bool IsSafe => Method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "QUERY";

    /// <summary>The response of a successful call, if the document has one.</summary>
    public ApiResponse? Success => Responses.FirstOrDefault(response => response.Status.StartsWith('2'))
        ?? Responses.FirstOrDefault(response => response is { Status: "default", IsOfErrors: false });

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>
/// A parameter in the <c>path</c>, <c>query</c>, <c>header</c> or <c>cookie</c>. Its value is sent as JSON text if the
/// document gives it a <c>content</c>; its example may be undefined.
/// </summary>
internal sealed record ApiParameter(
    string Name, string Location, string? Description, bool Required, bool Deprecated, JsonElement Schema, ParameterStyle Style, bool IsJson, JsonElement Example);

/// <summary>How a value is written into a path, query, header or cookie (OpenAPI 3.1, 4.8.12.3).</summary>
internal readonly record struct ParameterStyle(string Name, bool Explode, bool AllowReserved = false);

/// <summary>
/// A request body. An undefined schema allows anything; an undefined encoding means the defaults for a form's properties.
/// </summary>
internal sealed record ApiBody(string MediaType, string? Description, bool Required, JsonElement Schema, JsonElement Encoding);

/// <summary>
/// A response. Its status is a code, a range such as <c>4XX</c>, or <c>default</c>. Its media type is null if it has no
/// body, and its schema is undefined if the body may be anything.
/// </summary>
internal sealed record ApiResponse(string Status, string? Description, string? MediaType, JsonElement Schema)
{
    public bool IsJson => MediaType is not null && MediaTypes.IsJson(MediaType);

    /// <summary>Whether a default describes errors, as most defaults do: by its words or its media type.</summary>
    public bool IsOfErrors => MediaType is not null && MediaTypes.Essence(MediaType).StartsWith("application/problem", StringComparison.Ordinal)
        || (Description is not null && Array.Exists(ErrorWords, word => Description.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static readonly string[] ErrorWords = ["error", "fail", "problem", "unexpected", "fault", "invalid"];
}

/// <summary>The <c>x-mcp</c> of an operation; null values are absent.</summary>
internal sealed record OperationExtensions
{
    public string? Name { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    public bool Hide { get; init; }

    public bool? ReadOnly { get; init; }

    public bool? Destructive { get; init; }

    public bool? Idempotent { get; init; }

    public bool? OpenWorld { get; init; }

    /// <summary>The resource that the operation's answer also is.</summary>
    public ResourceDescription? Resource { get; init; }

    /// <summary>How to ask a person before the call.</summary>
    public ConfirmExtension? Confirm { get; init; }

    /// <summary>How to follow the job that the operation starts.</summary>
    public TaskExtension? Task { get; init; }

    /// <summary>The name of the app that shows its answer.</summary>
    public string? App { get; init; }

    /// <summary>The scopes that a caller needs.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    public static OperationExtensions Read(JsonElement operation)
    {
        var extension = operation.Member("x-mcp");
        var annotations = extension.Member("annotations");
        return new OperationExtensions
        {
            Name = extension.Text("name"),
            Title = extension.Text("title"),
            Description = extension.Text("description"),
            Hide = extension.Flag("hide") ?? false,
            ReadOnly = annotations.Flag("readOnlyHint"),
            Destructive = annotations.Flag("destructiveHint"),
            Idempotent = annotations.Flag("idempotentHint"),
            OpenWorld = annotations.Flag("openWorldHint"),
            Resource = ResourceDescription.Read(extension.Member("resource")),
            Confirm = ConfirmExtension.Read(extension.Member("confirm")),
            Task = TaskExtension.Read(extension.Member("task")),
            App = extension.Text("app"),
            Scopes = [.. extension.Member("scopes").Texts()],
        };
    }
}

internal static class MediaTypes
{
    public const string Bytes = "application/octet-stream";
    public const string Multipart = "multipart/form-data";

    /// <summary>Whether a body of the type, without parameters, consists of named values and cannot contain bytes.</summary>
    public static bool IsStructured(string essence) => IsJson(essence) || essence == "application/x-www-form-urlencoded" || IsXml(essence);

    public static bool IsXml(string essence) => essence is "application/xml" or "text/xml" || essence.EndsWith("+xml", StringComparison.Ordinal);

    public static bool IsJson(string mediaType) =>
        Essence(mediaType) is var type && (type is "application/json" or "text/json" or "application/x-json" or "text/x-json"
            || type.EndsWith("+json", StringComparison.Ordinal));

    /// <summary>Whether the body is text that needs no encoding in JSON.</summary>
    public static bool IsText(string mediaType) => Essence(mediaType) is var type
        && (type.StartsWith("text/", StringComparison.Ordinal) || IsJson(type) || type.EndsWith("xml", StringComparison.Ordinal)
            || type is "application/x-ndjson" or "application/jsonl" or "application/yaml" or "application/javascript" or "application/graphql");

    /// <summary>Whether a body of this type may still be text: it has no type, or a type for any bytes.</summary>
    public static bool CanHoldText(string? mediaType) => mediaType is null || IsText(mediaType) || Essence(mediaType) is var type
        && (type is "application/octet-stream" or "binary/octet-stream" || type.Contains("javascript", StringComparison.Ordinal) || !type.Contains('/', StringComparison.Ordinal));

    /// <summary>The type without parameters, in lower case.</summary>
    public static string Essence(string mediaType) => mediaType.Split(';')[0].Trim().ToLowerInvariant();
}
