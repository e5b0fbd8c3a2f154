using System.Text.Json;

namespace OrdersMcp.McpServer.OpenApi;

/// <summary>Reads an operation with what it inherits from its path and what it refers to.</summary>
internal sealed class OperationReader(ApiDocument document)
{
    /// <summary>The media types that a body is sent in, those first that say most about it.</summary>
    private static readonly Func<string, bool>[] PreferredBodies =
    [
        type => type == "application/json",
        MediaTypes.IsJson,
        type => type == "application/x-www-form-urlencoded",
        type => type == "multipart/form-data",
        MediaTypes.IsText,
        _ => true,
    ];

    /// <exception cref="ApiDocumentException">It cannot be called as the document has it.</exception>
    public ApiOperation Read(string path, string method, JsonElement pathItem, JsonElement operation)
    {
        PathTemplate.ThrowIfLeaving(path);
        return ReadChecked(path, method, pathItem, operation);
    }

    private ApiOperation ReadChecked(string path, string method, JsonElement pathItem, JsonElement operation) => new()
    {
        Id = operation.Text("operationId") is { Length: > 0 } id ? id : null,
        Method = method.ToUpperInvariant(),
        Path = path,
        Summary = operation.Text("summary") ?? pathItem.Text("summary"),
        Description = operation.Text("description") ?? pathItem.Text("description"),
        Tags = [.. operation.Member("tags").Texts()],
        Deprecated = operation.Flag("deprecated") ?? false,
        ServerUrl = ApiDocument.ServerOf(operation) ?? ApiDocument.ServerOf(pathItem),
        Parameters = ReadParameters(path, pathItem, operation),
        Body = ReadBody(operation.Member("requestBody")),
        Responses =
        [
            .. operation.Member("responses").Members()
                .Where(response => !response.Name.StartsWith("x-", StringComparison.Ordinal))
                .OrderBy(response => response.Name, StringComparer.Ordinal)
                .Select(response => ReadResponse(response.Name, document.Resolve(response.Value))),
        ],
        Extensions = OperationExtensions.Read(operation),
    };

    private List<ApiParameter> ReadParameters(string path, JsonElement pathItem, JsonElement operation)
    {
        // A parameter of the operation replaces the one of the path that has its name and place.
        var parameters = new OrderedDictionary<(string Name, string Location), ApiParameter>();
        foreach (var node in pathItem.Member("parameters").Items().Concat(operation.Member("parameters").Items()))
        {
            var parameter = document.Resolve(node);
            if (parameter.Text("name") is { Length: > 0 } name && parameter.Text("in") is { } location && !IsIgnored(name, location))
            {
                parameters[(name, location)] = ReadParameter(parameter, name, location);
            }
        }

        foreach (var name in PathTemplate.NamesIn(path))
        {
            if (!parameters.ContainsKey((name, "path")))
            {
                throw new ApiDocumentException($"The path has '{{{name}}}', which is no parameter of the operation.");
            }
        }

        return [.. parameters.Values.Where(parameter => parameter.Location != "path" || PathTemplate.NamesIn(path).Contains(parameter.Name))];
    }

    /// <summary>These headers are not parameters, whatever a document says (OpenAPI 3.1, 4.8.12.1).</summary>
    private static bool IsIgnored(string name, string location) => location == "header"
        && (name.Equals("Accept", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Authorization", StringComparison.OrdinalIgnoreCase));

    private ApiParameter ReadParameter(JsonElement parameter, string name, string location)
    {
        if (location is not ("path" or "query" or "header" or "cookie"))
        {
            throw new ApiDocumentException($"The parameter '{name}' is in '{location}', which is not a place for one.");
        }

        var style = parameter.Text("style") ?? (location is "query" or "cookie" ? "form" : "simple");
        var content = parameter.Member("content").Members().FirstOrDefault();
        var isContent = content.Value.ValueKind == JsonValueKind.Object;
        var example = parameter.Member("example");
        if (example.ValueKind == JsonValueKind.Undefined
            && parameter.Member("examples").Members().FirstOrDefault() is { Value.ValueKind: JsonValueKind.Object } first)
        {
            example = document.Resolve(first.Value).Member("value");
        }

        return new ApiParameter(
            name,
            location,
            parameter.Text("description"),
            location == "path" || parameter.Flag("required") is true,
            parameter.Flag("deprecated") ?? false,
            isContent ? content.Value.Member("schema") : parameter.Member("schema"),
            new ParameterStyle(
                style, parameter.Flag("explode") ?? style is "form" or "deepObject", parameter.Flag("allowReserved") ?? false),
            isContent,
            example);
    }

    private ApiBody? ReadBody(JsonElement node)
    {
        var body = document.Resolve(node);
        var media = body.Member("content").Members().ToArray();
        if (media.Length == 0)
        {
            return null;
        }

        var best = PreferredBodies
            .Select(isPreferred => media.FirstOrDefault(each => isPreferred(MediaTypes.Essence(each.Name))))
            .First(each => each.Value.ValueKind != JsonValueKind.Undefined);
        return new ApiBody(
            best.Name.Contains('*', StringComparison.Ordinal) ? "application/octet-stream" : best.Name,
            body.Text("description"),
            body.Flag("required") ?? false,
            best.Value.Member("schema"),
            best.Value.Member("encoding"));
    }

    private static ApiResponse ReadResponse(string status, JsonElement response)
    {
        var media = response.Member("content").Members().ToArray();
        var best = media.FirstOrDefault(each => MediaTypes.IsJson(each.Name)) is { Value.ValueKind: JsonValueKind.Object } json
            ? json
            : media.FirstOrDefault();
        return best.Value.ValueKind == JsonValueKind.Object
            ? new ApiResponse(status, response.Text("description"), best.Name, best.Value.Member("schema"))
            : new ApiResponse(status, response.Text("description"), MediaType: null, Schema: default);
    }
}
