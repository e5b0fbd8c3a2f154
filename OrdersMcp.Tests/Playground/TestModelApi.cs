using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.Tests.Playground;

/// <summary>
/// A server on a free loopback port that speaks the Messages API of Anthropic and the chat completions API of OpenAI, streaming
/// and whole. The test says what it answers.
/// </summary>
internal sealed class TestModelApi : IAsyncDisposable
{
    /// <summary>The only key that it accepts.</summary>
    public const string Key = "sk-test-0123456789abcdef";

    /// <summary>What it says about a request that is to fail.</summary>
    public const string Refusal = "messages: 'How is order 7 of my neighbour?' is too long.";

    private readonly WebApplication _app;

    private TestModelApi(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>The bodies of the requests with the right key.</summary>
    public ConcurrentQueue<JsonObject> Requests { get; } = new();

    /// <summary>The number of all requests.</summary>
    public int Count => _count;

    private int _count;
    private TaskCompletionSource _cut = new();

    /// <summary>The next answer. It gets the number of answers so far.</summary>
    public Func<int, ModelTurn> Answer { get; set; } = _ => ModelTurn.Say("Hello.");

    /// <summary>Completes when a client leaves an answer that hangs.</summary>
    public TaskCompletionSource ClientLeft { get; private set; } = new();

    public static async Task<TestModelApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var api = new TestModelApi(builder.Build());
        api._app.MapPost("/v1/messages", context => api.HandleAsync(context, new AnthropicWire()));
        api._app.MapPost("/v1/chat/completions", context => api.HandleAsync(context, new OpenAIWire()));
        await api._app.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    /// <summary>Forgets all requests, and answers like this from now on.</summary>
    public void Begin(Func<int, ModelTurn> answer)
    {
        Requests.Clear();
        _count = 0;
        Answer = answer;
        ClientLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Cuts the answer that is to break off, if its text has arrived.</summary>
    public void CutOff(bool hasArrived)
    {
        if (hasArrived)
        {
            _cut.TrySetResult();
        }
    }

    /// <summary>Forgets all requests, and gives these answers in their order.</summary>
    public void Begin(params ModelTurn[] turns) => Begin(number => turns[number]);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context, IModelWire wire)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!.AsObject();
        var number = Interlocked.Increment(ref _count) - 1;
        var key = context.Request.Headers["x-api-key"].ToString() is { Length: > 0 } header ? header : context.Request.Headers.Authorization.ToString().Replace("Bearer ", "");
        if (key != Key)
        {
            await FailAsync(StatusCodes.Status401Unauthorized, $"Incorrect API key provided: {key}.");
            return;
        }

        Requests.Enqueue(body);
        var turn = Answer(number);
        if (turn.Status is { } status)
        {
            await FailAsync(status, Refusal);
            return;
        }

        if (body["stream"]?.GetValue<bool>() is not true)
        {
            await context.Response.WriteAsJsonAsync(wire.Whole(turn));
            return;
        }

        context.Response.ContentType = "text/event-stream";
        foreach (var (kind, data) in wire.Events(turn))
        {
            await context.Response.WriteAsync((kind is null ? "" : $"event: {kind}\n") + $"data: {data}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        if (turn.Cut)
        {
            await _cut.Task.WaitAsync(TimeSpan.FromSeconds(20)); // or the client might lose the text too
            context.Abort();
        }
        else if (turn.Hangs)
        {
            await using var leaving = context.RequestAborted.Register(() => ClientLeft.TrySetResult());
            await ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }

        async Task FailAsync(int status, string message)
        {
            context.Response.StatusCode = status;
            context.Response.Headers["retry-after-ms"] = "1"; // the client of Anthropic waits no longer
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(wire.Error(status, message).ToJsonString(), Encoding.UTF8);
        }
    }
}

/// <summary>An answer of the model.</summary>
internal sealed record ModelTurn(string Text, (string Name, string Arguments)[] Calls)
{
    public int? Status { get; private init; }

    /// <summary>The connection ends in the middle.</summary>
    public bool Cut { get; private init; }

    /// <summary>The answer does not go on.</summary>
    public bool Hangs { get; private init; }

    public bool IsUnfinished => Cut || Hangs;

    public static ModelTurn Say(string text) => new(text, []);

    public static ModelTurn Call(params (string Name, string Arguments)[] calls) => new("", calls);

    public static ModelTurn Fail(int status) => Say("") with { Status = status };

    public static ModelTurn BreakOff(string text) => Say(text) with { Cut = true };

    public static ModelTurn Hang(string text) => Say(text) with { Hangs = true };
}
