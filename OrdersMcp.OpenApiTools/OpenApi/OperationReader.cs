using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrdersMcp.OpenApiTools.OpenApi;

/// <summary>Reads an operation, including the parts that it inherits from its path or refers to.</summary>
internal sealed class OperationReader(ApiDocument document)
{
    /// <summary>The media types for a body; types that describe the body best come first.</summary>
    private static readonly Func<string, bool>[] PreferredBodies =
    [
        type => type == "application/json",
        MediaTypes.IsJson,
        type => type == "application/x-www-form-urlencoded",
        type => type == "multipart/form-data",
        MediaTypes.IsText,
        _ => true,
    ];

    private static readonly string[] Combining = ["allOf", "oneOf", "anyOf"];
    private static readonly JsonElement TextSchema = JsonElement.Parse("""{"type":"string"}""");

    /// <exception cref="ApiDocumentException">The operation cannot be called as the document describes it.</exception>
    public ApiOperation Read(string path, string method, JsonElement pathItem, JsonElement operation)
    {
        OperationPath.ThrowIfLeaving(path);
        return ReadChecked(path, method, pathItem, operation);
    }

    private ApiOperation ReadChecked(string path, string method, JsonElement pathItem, JsonElement operation)
    {
        var warnings = new List<string>();
        return ReadWarned(path, method, pathItem, operation, warnings) with { Warnings = warnings };
    }

    private ApiOperation ReadWarned(string path, string method, JsonElement pathItem, JsonElement operation, List<string> warnings) => new()
    {
        Id = operation.Text("operationId") is { Length: > 0 } id ? id : null,
        Method = method.ToUpperInvariant(),
        Path = path,
        Summary = operation.Text("summary") ?? pathItem.Text("summary"),
        Description = operation.Text("description") ?? pathItem.Text("description"),
        Tags = [.. operation.Member("tags").Texts()],
        Deprecated = operation.Flag("deprecated") ?? false,
        ServerUrl = document.ServerOf(operation) ?? document.ServerOf(pathItem),
        Parameters = ReadParameters(path, pathItem, operation, warnings),
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

    private List<ApiParameter> ReadParameters(string path, JsonElement pathItem, JsonElement operation, List<string> warnings)
    {
        // A parameter of the operation replaces the path's parameter with the same name and place.
        var parameters = new OrderedDictionary<(string Name, string Location), ApiParameter>();
        foreach (var node in pathItem.Member("parameters").Items().Concat(operation.Member("parameters").Items()))
        {
            var parameter = document.Resolve(node);
            if (parameter.Text("name") is { Length: > 0 } name && parameter.Text("in") is { } location && !IsIgnored(name, location))
            {
                name = location == "path" ? OperationPath.NameOf(name) : name;
                parameters[(name, location)] = ReadParameter(parameter, name, location);
            }
        }

        var names = OperationPath.NamesIn(path).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var name in names.Where(name => !parameters.ContainsKey((name, "path"))))
        {
            // A parameter in the path's text belongs to the path, even if it is declared for the query (/search?q={q}).
            if (parameters.Remove((name, "query"), out var misplaced))
            {
                parameters[(name, "path")] = misplaced with { Location = "path", Required = true, Style = new ParameterStyle("simple", Explode: false) };
                continue;
            }

            warnings.Add($"The path has '{{{name}}}', which is not a parameter of the operation; it is read as required text.");
            parameters[(name, "path")] = new ApiParameter(
                name, "path", Description: null, Required: true, Deprecated: false, TextSchema, new ParameterStyle("simple", Explode: false), IsJson: false, Example: default);
        }

        return [.. parameters.Values.Where(parameter => parameter.Location != "path" || names.Contains(parameter.Name, StringComparer.Ordinal))];
    }

    /// <summary>These headers are not parameters, whatever a document says (OpenAPI 3.1, 4.8.12.1).</summary>
    private static bool IsIgnored(string name, string location) => location == "header"
        && (name.Equals("Accept", StringComparison.OrdinalIgnoreCase) || name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Authorization", StringComparison.OrdinalIgnoreCase));

    private ApiParameter ReadParameter(JsonElement parameter, string name, string location)
    {
        var isWholeQuery = location == "querystring"; // OpenAPI 3.2: an object of all pairs
        if (isWholeQuery)
        {
            location = "query";
        }

        if (location is not ("path" or "query" or "header" or "cookie"))
        {
            throw new ApiDocumentException($"The parameter '{name}' is in '{location}', which is not a valid place.");
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
            isContent ? content.Value.Member("schema") : WithLimits(parameter.Member("schema"), parameter.Member(SwaggerPreparation.LimitsExtension)),
            new ParameterStyle(
                style, parameter.Flag("explode") ?? parameter.Flag(SwaggerPreparation.ExplodeExtension) ?? style is "form" or "deepObject", parameter.Flag("allowReserved") ?? false),
            isContent && !isWholeQuery,
            example);
    }

    private static JsonElement WithLimits(JsonElement schema, JsonElement limits)
    {
        if (limits.ValueKind != JsonValueKind.Object || schema.ValueKind != JsonValueKind.Object)
        {
            return schema;
        }

        var limited = JsonObject.Create(schema)!;
        foreach (var limit in limits.EnumerateObject())
        {
            limited[limit.Name] = JsonValue.Create(limit.Value);
        }

        return JsonSerializer.SerializeToElement(limited);
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

        // If only the multipart body has a file, no other body can send the file.
        var multipart = media.FirstOrDefault(each => MediaTypes.Essence(each.Name) == MediaTypes.Multipart);
        if (multipart.Value.ValueKind != JsonValueKind.Undefined && MediaTypes.IsStructured(MediaTypes.Essence(best.Name)) && HasFile(multipart.Value))
        {
            best = multipart;
        }

        return new ApiBody(
            SentAs(best.Name, best.Value.Member("schema")),
            body.Text("description"),
            body.Flag("required") ?? false,
            best.Value.Member("schema"),
            best.Value.Member("encoding"));
    }

    /// <summary>
    /// The media type to send. If the document leaves it open, or declares an object as bytes, the body is JSON.
    /// </summary>
    private string SentAs(string mediaType, JsonElement schema) =>
        (mediaType.Contains('*', StringComparison.Ordinal) || MediaTypes.Essence(mediaType) == MediaTypes.Bytes) && IsStructure(schema) ? "application/json"
        : mediaType.Contains('*', StringComparison.Ordinal) ? MediaTypes.Bytes
        : mediaType;

    /// <summary>Whether the schema describes an object or a list.</summary>
    private bool IsStructure(JsonElement schema)
    {
        var resolved = document.ResolveSchema(schema);
        return resolved.Text("type") is "object" or "array" || resolved.Member("properties").ValueKind == JsonValueKind.Object
            || Array.Exists(Combining, keyword => resolved.Member(keyword).Items().Any());
    }

    private bool HasFile(JsonElement multipart)
    {
        var schema = document.ResolveSchema(multipart.Member("schema"));
        return schema.Member("properties").Members().Any(property =>
        {
            var value = document.ResolveSchema(property.Value);
            value = value.Member("items") is { ValueKind: JsonValueKind.Object } items ? document.ResolveSchema(items) : value;
            return value.Text("format") == "binary" || (value.Text("contentMediaType") is { } media && !MediaTypes.IsText(media));
        });
    }

    private ApiResponse ReadResponse(string status, JsonElement response)
    {
        var media = response.Member("content").Members().ToArray();
        var best = media.FirstOrDefault(each => MediaTypes.IsJson(each.Name)) is { Value.ValueKind: JsonValueKind.Object } json
            ? json
            : media.FirstOrDefault();
        return best.Value.ValueKind == JsonValueKind.Object
            ? new ApiResponse(
                status, response.Text("description"),
                best.Name.Contains('*', StringComparison.Ordinal) && IsStructure(best.Value.Member("schema")) ? "application/json" : best.Name,
                best.Value.Member("schema"))
            : new ApiResponse(status, response.Text("description"), MediaType: null, Schema: default);
    }
}
