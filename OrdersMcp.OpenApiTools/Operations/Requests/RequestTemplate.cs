using System.Text;
using System.Text.Json;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Operations.Arguments;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>The request of an operation, prepared once for all calls.</summary>
internal sealed class RequestTemplate
{
    private readonly HttpMethod _method;
    private readonly string _baseAddress;
    private readonly List<PathPiece> _path;
    private readonly Dictionary<string, ArgumentBinding> _pathBindings;
    private readonly ArgumentBinding[] _bindings;
    private readonly BodyContent? _body;

    public RequestTemplate(ApiOperation operation, string baseAddress, ToolInput input)
    {
        _method = HttpMethod.Parse(operation.Method);
        _baseAddress = baseAddress;
        _path = OperationPath.Parse(operation.Path);
        _pathBindings = input.Bindings.Where(binding => binding.Place == ArgumentPlace.Path)
            .ToDictionary(binding => binding.Name!, StringComparer.Ordinal);
        _bindings = [.. input.Bindings.Where(binding => binding.Place is not (ArgumentPlace.Path or ArgumentPlace.Body or ArgumentPlace.File))];
        _body = input.BodyMediaType is null
            ? null
            : new BodyContent(
                input.BodyMediaType,
                operation.Body!.Required,
                input.Xml,
                [.. input.Bindings.Where(binding => binding.Place == ArgumentPlace.Body)]);
    }

    /// <summary>The request, or null if the report names arguments that cannot be sent.</summary>
    public HttpRequestMessage? Build(IDictionary<string, JsonElement> arguments, string? idempotencyKey, ArgumentReport report)
    {
        var request = new HttpRequestMessage { Method = _method };
        request.Headers.TryAddWithoutValidation("Accept", "application/json, */*;q=0.5");
        var path = Path(arguments, report);
        var query = new StringBuilder();
        var cookies = new StringBuilder();
        foreach (var binding in _bindings)
        {
            var isGiven = arguments.TryGetValue(binding.Argument, out var value);
            if (binding.Place == ArgumentPlace.IdempotencyKey)
            {
                AddHeader(request, binding, isGiven ? value.GetString()! : idempotencyKey!, report);
            }
            else if (isGiven)
            {
                switch (binding.Place)
                {
                    case ArgumentPlace.Query when binding.IsJson:
                        ParameterText.AppendPairs(
                            query, binding.Name!, JsonSerializer.SerializeToElement(value.GetRawText()), binding.Style);
                        break;
                    case ArgumentPlace.Query:
                        ParameterText.AppendPairs(query, binding.Name!, value, binding.Style);
                        break;
                    case ArgumentPlace.Header:
                        AddHeader(request, binding, HeaderText(binding, value), report);
                        break;
                    case ArgumentPlace.Cookie:
                        ParameterText.AppendPairs(cookies, binding.Name!, value, binding.Style);
                        break;
                }
            }
        }

        if (cookies.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Cookie", cookies.Replace("&", "; ").ToString());
        }

        request.Content = _body?.Write(arguments, report);
        if (!report.IsClean)
        {
            request.Dispose();
            return null;
        }

        var mark = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        request.RequestUri = new Uri(query.Length == 0 ? $"{_baseAddress}{path}" : $"{_baseAddress}{path}{mark}{query}");
        return request;
    }

    private string Path(IDictionary<string, JsonElement> arguments, ArgumentReport report)
    {
        var path = new StringBuilder();
        var segment = new List<string>(); // the arguments in the current segment
        var start = 0;
        foreach (var piece in _path)
        {
            var text = piece.Text;
            if (piece.IsParameter)
            {
                var binding = _pathBindings[text];
                var value = ParameterText.InPath(text, arguments[binding.Argument], binding.Style);
                if (piece.Kind == PieceKind.OpenParameter)
                {
                    value = Segments(value, binding.Argument, report);
                }

                if (value.Length == 0)
                {
                    report.AddAt(binding.Argument, "must not be empty.");
                }

                segment.Add(binding.Argument);
                path.Append(value);
                continue;
            }

            foreach (var letter in text)
            {
                if (letter == '/')
                {
                    CheckSegment();
                    start = path.Length + 1;
                }

                path.Append(letter);
            }
        }

        CheckSegment();
        return path.ToString();

        void CheckSegment()
        {
            // These two segments are removed, and '..' also removes a segment of the document (RFC 3986, section 5.2.4).
            if (segment.Count > 0 && PathTemplate.IsDots(path.ToString(start, path.Length - start)))
            {
                report.AddAt(segment[0], "must not be '.' or '..'.");
            }

            segment.Clear();
        }
    }

    /// <summary>Slashes divide the value into segments, which must not lead elsewhere.</summary>
    private static string Segments(string escaped, string argument, ArgumentReport report)
    {
        var value = escaped.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).TrimStart('/');
        if (Array.Exists(value.Split('/'), PathTemplate.IsDots))
        {
            report.AddAt(argument, "must not have '.' or '..' between slashes.");
        }

        return value;
    }

    /// <summary>
    /// Reports arguments that cannot be sent as headers, before a person or an API is asked about a call that cannot be
    /// made.
    /// </summary>
    public void CheckHeaders(IDictionary<string, JsonElement> arguments, ArgumentReport report)
    {
        foreach (var binding in _bindings)
        {
            if (binding.Place is ArgumentPlace.Header or ArgumentPlace.IdempotencyKey && arguments.TryGetValue(binding.Argument, out var value)
                && HeaderProblem(HeaderText(binding, value)) is { } problem)
            {
                report.AddAt(binding.Argument, $"cannot be sent as the header {binding.Name}: it {problem}");
            }
        }
    }

    /// <summary>
    /// JSON can escape characters that a header cannot hold; plain text cannot (OpenAPI 3.1, style simple).
    /// </summary>
    private static string HeaderText(ArgumentBinding binding, JsonElement value) => !binding.IsJson
        ? ParameterText.InHeader(value, binding.Style)
        : HeaderProblem(value.GetRawText()) is null ? value.GetRawText() : JsonSerializer.Serialize(value);

    /// <summary>RFC 9110, section 5.5: visible ASCII, with spaces within. A line break would add another header.</summary>
    private static string? HeaderProblem(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange(' ', '~') is >= 0 and var at
            ? char.IsControl(text[at]) ? "must not have a line break or another control character." : "must contain only ASCII characters."
            : null;

    private static void AddHeader(HttpRequestMessage request, ArgumentBinding binding, string value, ArgumentReport report)
    {
        if (HeaderProblem(value) is { } problem)
        {
            report.AddAt(binding.Argument, $"cannot be sent as the header {binding.Name}: it {problem}");
        }
        else if (!HeaderName.IsLegal(binding.Name!) || !request.Headers.TryAddWithoutValidation(binding.Name!, value))
        {
            report.AddAt(binding.Argument, $"cannot be sent as the header {binding.Name}.");
        }
    }
}
