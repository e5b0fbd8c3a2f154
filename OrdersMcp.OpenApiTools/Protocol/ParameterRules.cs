using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.OpenApiTools.Protocol;

/// <summary>
/// The rules for the parameters of each method. The SDK has no error handling where it reads parameters: without these
/// checks a malformed request ends as an internal error.
/// </summary>
internal static class ParameterRules
{
    private static readonly Member[] List = [new("cursor", Kind.Text)];
    private static readonly Member[] Uri = [new("uri", Kind.Text, IsRequired: true)];
    private static readonly Member[] Task = [new("taskId", Kind.Text, IsRequired: true)];

    private static readonly FrozenDictionary<string, Rules> Requests = new Dictionary<string, Rules>(StringComparer.Ordinal)
    {
        [RequestMethods.Initialize] = new(
            typeof(InitializeRequestParams),
            new("protocolVersion", Kind.Text, IsRequired: true),
            new("capabilities", Kind.Object, IsRequired: true),
            new("clientInfo", Kind.Object, IsRequired: true),
            new("clientInfo.name", Kind.Text, IsRequired: true),
            new("clientInfo.version", Kind.Text, IsRequired: true)),
        [RequestMethods.ToolsList] = new(List),
        [RequestMethods.PromptsList] = new(List),
        [RequestMethods.ResourcesList] = new(List),
        [RequestMethods.ResourcesTemplatesList] = new(List),
        [RequestMethods.ToolsCall] = new(
            typeof(CallToolRequestParams),
            new("name", Kind.Text, IsRequired: true),
            new("arguments", Kind.Arguments),
            new("inputResponses", Kind.Object),
            new("requestState", Kind.Text)),
        [RequestMethods.PromptsGet] = new(
            typeof(GetPromptRequestParams),
            new("name", Kind.Text, IsRequired: true),
            new("arguments", Kind.Arguments),
            new("inputResponses", Kind.Object),
            new("requestState", Kind.Text)),
        [RequestMethods.ResourcesRead] = new(
            typeof(ReadResourceRequestParams), [.. Uri, new("inputResponses", Kind.Object), new("requestState", Kind.Text)]),
        [RequestMethods.ResourcesSubscribe] = new(Uri),
        [RequestMethods.ResourcesUnsubscribe] = new(Uri),
        [RequestMethods.CompletionComplete] = new(
            typeof(CompleteRequestParams),
            new("ref", Kind.Object, IsRequired: true),
            new("ref.type", Kind.Text, IsRequired: true),
            new("ref.name", Kind.Text),
            new("ref.uri", Kind.Text),
            new("argument", Kind.Object, IsRequired: true),
            new("argument.name", Kind.Text, IsRequired: true),
            new("argument.value", Kind.Text, IsRequired: true),
            new("context", Kind.Object),
            new("context.arguments", Kind.Texts)),
        ["logging/setLevel"] = new(new Member("level", Kind.Text, IsRequired: true)),
        [RequestMethods.SubscriptionsListen] = new(
            typeof(SubscriptionsListenRequestParams),
            new("notifications", Kind.Object, IsRequired: true),
            new("notifications.toolsListChanged", Kind.Boolean),
            new("notifications.promptsListChanged", Kind.Boolean),
            new("notifications.resourcesListChanged", Kind.Boolean),
            new("notifications.resourceSubscriptions", Kind.TextList),
            new("notifications.taskIds", Kind.TextList)),
        ["skills/list"] = new(List),
        ["skills/get"] = new(Uri),
        ["resources/directory/read"] = new([.. Uri, .. List]),
        ["tasks/get"] = new(Task),
        ["tasks/cancel"] = new(Task),
        // required for clients that may send it at all
        ["tasks/update"] = new([.. Task, new("inputResponses", Kind.Object)]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Rules> Notifications = new Dictionary<string, Rules>(StringComparer.Ordinal)
    {
        [NotificationMethods.CancelledNotification] = new(new Member("requestId", Kind.Id, IsRequired: true), new("reason", Kind.Text)),
        [NotificationMethods.ProgressNotification] = new(
            new Member("progressToken", Kind.Id, IsRequired: true), new("progress", Kind.Number, IsRequired: true), new("total", Kind.Number), new("message", Kind.Text)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Rules Any = new();

    /// <summary>The SDK parses the level, although the server sends no log messages to clients.</summary>
    private static readonly string[] LogLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    /// <summary>Members of every message. Those of 2026-07-28, which identify the client, are checked below.</summary>
    private static readonly Member[] Meta =
    [
        new("_meta", Kind.Object),
        new("_meta.progressToken", Kind.Id),
    ];

    private enum Kind
    {
        Text,
        Boolean,
        Number,
        Id,
        Object,
        Arguments,
        TextList,
        Texts,
    }

    /// <summary>Describes the problem with the parameters of a request or notification; null if they are valid.</summary>
    public static string? Problem(JsonRpcMessage message)
    {
        try
        {
            return message switch
            {
                JsonRpcRequest request => Problem(request.Params, Requests.GetValueOrDefault(request.Method, Any)),
                JsonRpcNotification notification => Problem(notification.Params, Notifications.GetValueOrDefault(notification.Method, Any)),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Texts and objects are parsed lazily, so these two exceptions show only when they are read.
            return "params has a property twice, or an escape that is half a character (a lone surrogate).";
        }
    }

    private static string? Problem(JsonNode? parameters, Rules rules)
    {
        if (parameters is not (null or JsonObject))
        {
            return $"params must be an object, but is {KindOf(parameters)}.";
        }

        var given = parameters as JsonObject ?? [];
        foreach (var member in rules.Members)
        {
            if (member.ProblemIn(given) is { } problem)
            {
                return problem;
            }
        }

        return MetaProblem(given) ?? (rules.Type is { } type && !IsPlainCall(type, given) ? Unreadable(given, type, "params") : null);
    }

    private static string? MetaProblem(JsonObject given)
    {
        if (given["_meta"] is null)
        {
            return null;
        }

        foreach (var member in Meta)
        {
            if (member.ProblemIn(given) is { } problem)
            {
                return problem;
            }
        }

        var meta = (JsonObject)given["_meta"]!;
        return meta[MetaKeys.ProtocolVersion] is { } version && version.AsText() is null
                ? $"params._meta[\"{MetaKeys.ProtocolVersion}\"] must be a string, but is {KindOf(version)}."
            : ProblemOf(MetaKeys.ClientInfo, typeof(Implementation))
            ?? ProblemOf(MetaKeys.ClientCapabilities, typeof(ClientCapabilities))
            ?? (meta[MetaKeys.LogLevel] is { } level && !LogLevels.Contains(level.AsText(), StringComparer.Ordinal)
                ? $"params._meta[\"{MetaKeys.LogLevel}\"] must be one of {string.Join(", ", LogLevels)}."
                : null);

        string? ProblemOf(string key, Type type) => meta[key] is not { } value || value is JsonObject { Count: 0 } && type == typeof(ClientCapabilities)
            ? null
            : Unreadable(value, type, $"params._meta[\"{key}\"]");
    }

    /// <summary>Whether a call has only members that the rules check. Most calls do, and need no second parse.</summary>
    private static bool IsPlainCall(Type type, JsonObject given) => type == typeof(CallToolRequestParams)
        && given.All(member => member.Key is "name" or "arguments" or "_meta");

    /// <summary>Finds deeper errors that the rules do not cover, with the SDK's parser.</summary>
    private static string? Unreadable(JsonNode given, Type type, string path)
    {
        try
        {
            var readable = given;
            if (given is JsonObject parameters && parameters["arguments"] is JsonValue)
            {
                readable = given.DeepClone();
                ((JsonObject)readable).Remove("arguments"); // a JSON text, which the rules have checked
            }

            return readable.Deserialize(McpJsonUtilities.ProtocolOptions.GetTypeInfo(type)) is null ? $"{path} must not be null." : null;
        }
        catch (JsonException exception)
        {
            var at = exception.Path is { Length: > 1 } inner ? inner[1..] : "";
            return $"{path}{at} has the wrong type, or lacks a required member.";
        }
    }

    private static string KindOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "a boolean",
    };

    /// <param name="Type">The SDK's type of the parameters, if the members' rules are incomplete.</param>
    /// <param name="Members">The rules of the members; an object comes before its members.</param>
    private sealed record Rules(Type? Type, params Member[] Members)
    {
        public Rules(params Member[] members)
            : this(null, members)
        {
        }
    }

    /// <param name="Path">The member, or a nested member after a dot.</param>
    /// <param name="Kind">Its kind.</param>
    /// <param name="IsRequired">Whether it is required; an optional member may be null.</param>
    private sealed record Member(string Path, Kind Kind, bool IsRequired = false)
    {
        private readonly string[] _names = Path.Split('.');

        public string? ProblemIn(JsonObject parameters)
        {
            JsonNode? value = parameters;
            foreach (var name in _names)
            {
                if (value is not JsonObject parent)
                {
                    return null; // the optional parent is absent
                }

                value = parent[name];
            }

            return value is null
                ? IsRequired ? $"params.{Path} is required: {InWords()}." : null
                : Is(value) ? null : $"params.{Path} must be {InWords()}, but is {KindOf(value)}.";
        }

        private bool Is(JsonNode value) => Kind switch
        {
            Kind.Text => value.AsText() is not null,
            Kind.Boolean => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            Kind.Number => value.GetValueKind() == JsonValueKind.Number,
            Kind.Id => value.AsText() is not null || (value is JsonValue number && number.TryGetValue(out long _)),
            Kind.Object => value is JsonObject,
            Kind.Arguments => value is JsonObject arguments ? arguments.Count >= 0 : ArgumentText.TryParse(value, out _),
            Kind.TextList => value is JsonArray list && list.All(item => item.AsText() is not null),
            _ => value is JsonObject texts && texts.All(item => item.Value.AsText() is not null),
        };

        private string InWords() => Kind switch
        {
            Kind.Text => "a string",
            Kind.Boolean => "true or false",
            Kind.Number => "a number",
            Kind.Id => "a string or an integer",
            Kind.TextList => "an array of strings",
            Kind.Texts => "an object whose values are strings",
            _ => "an object",
        };
    }
}
