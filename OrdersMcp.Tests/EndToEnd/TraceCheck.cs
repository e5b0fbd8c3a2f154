using OrdersMcp.Tests.Observability;

namespace OrdersMcp.Tests.EndToEnd;

/// <summary>Whether a call's trace is complete, and each of its spans what the conventions ask for.</summary>
internal sealed class TraceCheck(Span[] spans)
{
    private const int Server = 2;
    private const int Client = 3;
    private const string Endpoint = "POST /mcp";

    private readonly ILookup<string, Span> _traces = spans.ToLookup(span => span.TraceId, StringComparer.Ordinal);
    private readonly ILookup<string, Span> _byId = spans.ToLookup(span => span.Id, StringComparer.Ordinal);

    /// <summary>The spans that stand for the tool calls of this test, one for each: of the call, or of the request that was refused.</summary>
    public static bool IsToolCall(Span span) => IsServed(span) || IsRefused(span);

    private static bool IsServed(Span span) =>
        span.Attributes.GetValueOrDefault("mcp.method.name") == "tools/call" && span.Attributes.GetValueOrDefault("ordersmcp.client.name") == ToolCaller.Name;

    private static bool IsRefused(Span span) => span.Name.StartsWith(Endpoint, StringComparison.Ordinal) && span.Attributes.ContainsKey("ordersmcp.outcome")
        && span.Attributes.GetValueOrDefault("user_agent.original") == $"{ToolCaller.Name}/1";

    /// <summary>What is wrong with it, or null.</summary>
    public string? ProblemOf(MadeCall call)
    {
        var problem = FirstProblem(call);
        return problem is null
            ? null
            : $"{call}: {problem}\n" + string.Join('\n', _traces[call.TraceId].Select(span => $"  {span.ParentId}>{span.Id} {span.Service} {span.Name}"));
    }

    private string? FirstProblem(MadeCall call)
    {
        var trace = _traces[call.TraceId].ToArray();
        if (trace.Where(IsToolCall).ToArray() is not [var tool])
        {
            return "there is not one span of the call";
        }

        if (call.Expected.Reach == Reach.AnonymousAccessPolicy)
        {
            return Refusal(call, trace, tool) ?? Conventions(tool);
        }

        var unknown = call.Expected.ErrorType == "-32602";
        return Tool(call, tool, unknown)
            ?? Parents(call, trace)
            ?? Entrance(call, tool)
            ?? Way(call, trace, tool)
            ?? Link(call, tool)
            ?? trace.Select(Conventions).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>A refused call is its HTTP request, and nothing else: that says which tool, and why it was refused.</summary>
    private static string? Refusal(MadeCall call, Span[] trace, Span http) =>
        trace.Length != 1 ? "there is more than the request"
        : !IsRefused(http) || http.Kind != Server || http.Service != call.Service || http.ParentId != call.ParentId ? "it is not the request"
        : (http.Attributes.GetValueOrDefault("gen_ai.tool.name"), http.Attributes["ordersmcp.outcome"], http.Attributes.GetValueOrDefault("error.type"))
            != (call.Tool, call.Expected.Outcome, call.Expected.Outcome) ? "it says another tool or outcome"
        : null;

    private static string? Tool(MadeCall call, Span tool, bool unknown)
    {
        var expected = call.Expected;
        (string Name, string? Value)[] values =
        [
            ("gen_ai.tool.name", unknown ? "_OTHER" : call.Tool), ("gen_ai.operation.name", "execute_tool"), ("jsonrpc.request.id", $"{call.Number}"),
            ("mcp.protocol.version", call.Era), ("network.transport", call.IsHttp ? "tcp" : "pipe"), ("ordersmcp.outcome", expected.Outcome),
            ("error.type", expected.ErrorType), ("ordersmcp.operation.id", unknown ? null : call.Tool),
            ("ordersmcp.idempotency.replayed", expected.IsReplay ? "True" : null),
        ];
        var wrong = values.FirstOrDefault(value =>
            !string.Equals(tool.Attributes.GetValueOrDefault(value.Name), value.Value, StringComparison.OrdinalIgnoreCase));
        return wrong.Name is not null ? $"{wrong.Name} is '{tool.Attributes.GetValueOrDefault(wrong.Name)}', not '{wrong.Value}'"
            : tool.Name != (unknown ? "tools/call" : $"tools/call {call.Tool}") ? $"the span is called {tool.Name}"
            : tool.Kind != Server || tool.Service != call.Service ? $"it is a span of kind {tool.Kind} of {tool.Service}"
            : tool.IsError != expected.ErrorType is not null ? "its status is wrong"
            : Missing(tool, SpanConventions.ToolCall)
                ?? (call.IsHttp ? Missing(tool, SpanConventions.OverHttp) : null)
                ?? (unknown ? null : Missing(tool, SpanConventions.Operation))
                ?? (expected.HasResult ? Missing(tool, SpanConventions.Result) : null);
    }

    /// <summary>No span without its parent, and one of them the client's.</summary>
    private static string? Parents(MadeCall call, Span[] trace)
    {
        var known = trace.Select(span => span.Id).Append(call.ParentId).ToHashSet(StringComparer.Ordinal);
        return trace.FirstOrDefault(span => span.ParentId is null || !known.Contains(span.ParentId)) is { } orphan
            ? $"{orphan.Name} has no parent in the trace"
            : trace.Count(span => span.ParentId == call.ParentId) is var roots and not 1 ? $"{roots} spans have the client's as their parent" : null;
    }

    /// <summary>The HTTP request is the call's parent, or, where only the message had the trace, linked both ways.</summary>
    private string? Entrance(MadeCall call, Span tool)
    {
        if (!call.IsHttp)
        {
            return tool.ParentId == call.ParentId ? null : "it is not in the client's trace";
        }

        var http = call.IsTracedByMessage
            ? tool.Links.SelectMany(link => _byId[link]).FirstOrDefault(span => span.Links.Contains(tool.Id))
            : _byId[tool.ParentId!].FirstOrDefault();
        return http is not { Kind: Server } || http.Name != $"{Endpoint} {tool.Name}" || http.Service != call.Service ? "there is no span of the HTTP request" : Conventions(http);
    }

    private string? Way(MadeCall call, Span[] trace, Span tool)
    {
        var sent = trace.Where(span => span.Kind == Client && span.Service == call.Service).ToArray();
        var served = trace.Where(span => span.Service == "api" && span.Kind == Server).ToArray();
        var statements = trace.Where(IsStatement).ToArray();
        return sent.Any(span => span.ParentId != tool.Id) ? "a request to the API is not the call's child"
            : served.Any(span => !sent.Any(request => request.Id == span.ParentId)) ? "a request of the API is not what was sent"
            : statements.Any(span => !IsWithin(span, served)) ? "a statement is not a request's"
            : call.Expected.Reach switch
            {
                Reach.Server => sent.Length > 0 && call.Expected.Outcome != "declined" ? "it reached the API" : null,
                Reach.NoApi => sent.Length == 0 ? "it was not sent" : served.Length > 0 ? "it reached the API"
                    : sent.Any(span => !span.Attributes.ContainsKey("error.type")) ? "a request that failed has no error.type" : null,
                _ when sent.Length == 0 || sent.Length != served.Length => $"{sent.Length} requests were sent and {served.Length} served",
                Reach.Api => null,
                _ => statements.Length == 0 ? "there is no SQL" : null,
            };
    }

    private bool IsWithin(Span span, Span[] served)
    {
        for (var parent = span; parent is not null; parent = parent.ParentId is null ? null : _byId[parent.ParentId].FirstOrDefault())
        {
            if (served.Contains(parent))
            {
                return true;
            }
        }

        return false;
    }

    private string? Link(MadeCall call, Span tool)
    {
        if (call.GoesOnWith is null)
        {
            return null;
        }

        return _traces[call.GoesOnWith].Where(IsToolCall).ToArray() is not [var first] ? "there is not one span of the call that it goes on with"
            : tool.Links.Contains(first.Id) ? null
            : "it has no link to the call that it goes on with";
    }

    private static string? Conventions(Span span)
    {
        var deprecated = span.Attributes.Keys.FirstOrDefault(SpanConventions.Deprecated.Contains);
        return deprecated is not null ? $"{span.Name} has the deprecated {deprecated}"
            : IsStatement(span) ? Missing(span, SpanConventions.Statement)
            : span.Kind == Client && span.Attributes.ContainsKey("http.request.method")
                ? Missing(span, SpanConventions.HttpClient)
                    ?? (span.Attributes.ContainsKey("error.type") ? null : Missing(span, SpanConventions.HttpAnswer))
                    ?? (span.Name == $"{span.Attributes["http.request.method"]} {span.Attributes["url.template"]}" ? null : $"{span.Name} is no name")
            : span.Kind == Server && span.Attributes.ContainsKey("http.route")
                ? Missing(span, SpanConventions.HttpServer)
                    ?? (IsNamed(span, $"{span.Attributes["http.request.method"]} {span.Attributes["http.route"]}") ? null : $"{span.Name} is no name")
                    ?? (span.Attributes["http.response.status_code"][0] == '5' ? Missing(span, ["error.type"]) : null)
            : null;
    }

    /// <summary>The MCP endpoint's span says the message too, which is compared with the tool's span above.</summary>
    private static bool IsNamed(Span span, string request) =>
        span.Name == request || (request == Endpoint && span.Name.StartsWith($"{request} ", StringComparison.Ordinal));

    private static bool IsStatement(Span span) => span.Attributes.ContainsKey("db.query.text");

    private static string? Missing(Span span, string[] names) =>
        names.FirstOrDefault(name => !span.Attributes.ContainsKey(name)) is { } missing ? $"{span.Name} has no {missing}" : null;
}
