using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.McpServer;

namespace OrdersMcp.Tests.Replicas;

/// <summary>An answer, and the replica that gave it.</summary>
internal sealed record ReplicaAnswer(HttpStatusCode Status, int Replica, string? Session, JsonObject Body)
{
    /// <summary>The result of a call that is no error.</summary>
    public JsonNode Done => Body["result"] is { } result && (bool?)result["isError"] is not true
        ? result
        : throw new InvalidOperationException(Body.ToJsonString());

    /// <summary>The text of a result that is an error.</summary>
    public string ErrorText => (bool?)Body["result"]?["isError"] is true
        ? Body["result"]!["content"]![0]!["text"]!.ToString()
        : throw new InvalidOperationException(Body.ToJsonString());
}

/// <summary>Messages of both protocol eras to an address behind which replicas take turns.</summary>
internal static class ReplicaMessages
{
    public static readonly string[] Eras = [Messages.Version, HandshakeClient.Version];

    public static Task<ReplicaAnswer> CallAsync(
        Uri endpoint, string era, string tool, JsonObject arguments, JsonObject? capabilities = null, JsonObject? more = null, string? trace = null)
    {
        var parameters = new JsonObject { ["name"] = tool, ["arguments"] = arguments.DeepClone() };
        foreach (var (name, value) in more ?? [])
        {
            parameters[name] = value?.DeepClone();
        }

        return SendAsync(endpoint, era, "tools/call", tool, parameters, capabilities, trace: trace);
    }

    /// <exception cref="HttpRequestException">There is no answer.</exception>
    public static async Task<ReplicaAnswer> SendAsync(
        Uri endpoint, string era, string method, string? name, JsonObject parameters, JsonObject? capabilities = null, string? session = null,
        string? trace = null)
    {
        var message = era == Messages.Version
            ? Messages.Request(method, parameters)
            : new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = method, ["params"] = parameters };
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Headers.Accept.ParseAdd("application/json, text/event-stream");
        request.Headers.Add(Messages.VersionHeader, era);
        if (era == Messages.Version)
        {
            message["params"]!["_meta"]!["io.modelcontextprotocol/clientCapabilities"] = capabilities?.DeepClone() ?? new JsonObject();
            request.Headers.Add("Mcp-Method", method);
            request.Headers.Add("Mcp-Name", name);
        }

        if (session is not null)
        {
            request.Headers.Add(HandshakeClient.SessionHeader, session);
        }

        if (trace is not null)
        {
            request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        }

        request.Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await OutsideClient.Shared.SendAsync(request, TestContext.Current.CancellationToken);
        var replica = response.Headers.TryGetValues(RoundRobinProxy.ReplicaHeader, out var numbers)
            ? int.Parse(numbers.Single(), CultureInfo.InvariantCulture) : -1;
        var opened = response.Headers.TryGetValues(HandshakeClient.SessionHeader, out var ids) ? ids.Single() : null;
        var body = response.Content.Headers.ContentType is null ? [] : await Messages.ReadAsync(response); // a balancer's error has none
        return new ReplicaAnswer(response.StatusCode, replica, opened, body);
    }

    /// <summary>Opens a session of the handshake era.</summary>
    public static Task<ReplicaAnswer> InitializeAsync(Uri endpoint) => SendAsync(
        endpoint, HandshakeClient.Version, "initialize", name: null, new JsonObject
        {
            ["protocolVersion"] = HandshakeClient.Version,
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "test", ["version"] = "1" },
        });

    /// <summary>Places an order and returns its id.</summary>
    public static async Task<long> PlaceOrderAsync(Uri endpoint, string era)
    {
        var answer = await CallAsync(endpoint, era, "create_order", NewOrder(Guid.NewGuid().ToString("N")));
        return (long)answer.Done["structuredContent"]!["id"]!;
    }

    public static JsonObject NewOrder(string key) => new()
    {
        ["customerId"] = 1234,
        ["lines"] = new JsonArray(new JsonObject { ["sku"] = "CAB-UC", ["quantity"] = 2 }),
        ["idempotencyKey"] = key,
    };
}
