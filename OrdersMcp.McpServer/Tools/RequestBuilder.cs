using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace OrdersMcp.McpServer.Tools;

/// <summary>Builds the HTTP request of a call from its arguments.</summary>
internal static class RequestBuilder
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>The request, or the reason why these arguments make none.</summary>
    public static (HttpRequestMessage? Request, string? Problem) Build(
        string method, string path, IReadOnlyList<ArgumentBinding> bindings, ApiEndpoint api, IDictionary<string, JsonElement>? arguments)
    {
        arguments ??= new Dictionary<string, JsonElement>();
        if (Check(bindings, arguments) is { } problem)
        {
            return (null, problem);
        }

        var url = new StringBuilder(api.BaseAddress).Append(path);
        var separator = '?';
        var request = new HttpRequestMessage { Method = HttpMethod.Parse(method) };
        request.Headers.Accept.ParseAdd("application/json");
        foreach (var binding in bindings)
        {
            if (!arguments.TryGetValue(binding.Argument, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            {
                continue;
            }

            switch (binding.Location)
            {
                case "path":
                    url.Replace($"{{{binding.Name}}}", Uri.EscapeDataString(Text(value)));
                    break;
                case "query":
                    foreach (var item in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value])
                    {
                        url.Append(separator).Append(Uri.EscapeDataString(binding.Name!)).Append('=').Append(Uri.EscapeDataString(Text(item)));
                        separator = '&';
                    }

                    break;
                case "header":
                    // Refuses line breaks, so that no value can add a header of its own.
                    if (!request.Headers.TryAddWithoutValidation(binding.Name!, Text(value)) || Text(value).AsSpan().ContainsAny('\r', '\n'))
                    {
                        return (null, $"'{binding.Argument}' cannot be sent as the header {binding.Name}.");
                    }

                    break;
                case "cookie":
                    request.Headers.Add("Cookie", $"{binding.Name}={Uri.EscapeDataString(Text(value))}");
                    break;
            }
        }

        request.RequestUri = new Uri(url.ToString());
        request.Content = Body(bindings, arguments);
        return (request, null);
    }

    private static string? Check(IReadOnlyList<ArgumentBinding> bindings, IDictionary<string, JsonElement> arguments)
    {
        var problems = new List<string>();
        foreach (var binding in bindings)
        {
            var isGiven = arguments.TryGetValue(binding.Argument, out var value) && value.ValueKind != JsonValueKind.Null;
            if (binding.Required && !isGiven)
            {
                problems.Add($"'{binding.Argument}' is required.");
            }
            else if (isGiven && binding.Location != "body" && value.ValueKind == JsonValueKind.Object)
            {
                problems.Add($"'{binding.Argument}' is an object and must be a single value.");
            }
            else if (isGiven && binding.Location == "path" && Text(value) is "" or "." or "..")
            {
                problems.Add($"'{binding.Argument}' must not be empty, '.' or '..'."); // it would change the path
            }
        }

        foreach (var name in arguments.Keys.Where(name => !bindings.Any(binding => binding.Argument == name)))
        {
            problems.Add($"'{name}' is not an argument of this tool.");
        }

        if (problems.Count == 0)
        {
            return null;
        }

        var known = bindings.Count == 0 ? "It takes none." : $"It takes {string.Join(", ", bindings.Select(binding => binding.Argument))}.";
        return $"{string.Join(" ", problems)} {known}";
    }

    private static ByteArrayContent? Body(IReadOnlyList<ArgumentBinding> bindings, IDictionary<string, JsonElement> arguments)
    {
        var parts = bindings.Where(binding => binding.Location == "body" && arguments.ContainsKey(binding.Argument)).ToArray();
        if (parts.Length == 0)
        {
            return null;
        }

        var json = parts is [{ Name: null } whole]
            ? JsonSerializer.SerializeToUtf8Bytes(arguments[whole.Argument])
            : JsonSerializer.SerializeToUtf8Bytes(parts.ToDictionary(part => part.Name!, part => arguments[part.Argument]));
        return new ByteArrayContent(json) { Headers = { ContentType = Json } };
    }

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
