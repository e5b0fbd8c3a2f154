using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace OrdersMcp.Playground.Http;

internal static class HttpExtensions
{
    /// <summary>The limit of conversations at the same time.</summary>
    public const string Conversations = "conversations";

    /// <summary>The limit of open WebSockets, which run conversations one after the other.</summary>
    public const string Sockets = "sockets";

    private const int MostSockets = 32;

    public static void AddPlaygroundHttp(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddExceptionHandler<BadRequests>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that the answer says what is wrong
        services.AddSingleton<ConversationLimiter>();
        services.AddSingleton<ChatSocket>();
        services.AddSingleton<ToolCaller>();
        services.AddSingleton<CallTasks>();
        services.AddOpenApi(document => document.AddDocumentTransformer((api, _, _) =>
        {
            api.Info.Title = "OrdersMcp playground";
            api.Info.Description = "Conversations with a model that uses the tools of an MCP server, and the tools for programs without MCP. "
                + "Only this machine may call it. Errors are problem details (RFC 9457).";
            return Task.CompletedTask;
        }));
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.AllowOutOfOrderMetadataProperties = true; // type need not be the first member of a part
            json.SerializerOptions.RespectRequiredConstructorParameters = false;
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = static async (context, cancellationToken) => await TypedResults
                .Problem(statusCode: StatusCodes.Status429TooManyRequests, detail: "Too many conversations or connections are open. Try again when one has ended.")
                .ExecuteAsync(context.HttpContext);
        });
        services.AddOptions<RateLimiterOptions>().Configure<ConversationLimiter>((limiter, conversations) =>
            limiter.AddPolicy(Conversations, _ => RateLimitPartition.Get(Conversations, _ => conversations))
                .AddConcurrencyLimiter(Sockets, sockets => sockets.PermitLimit = MostSockets));
    }

    public static void UsePlaygroundHttp(this WebApplication app)
    {
        app.UseMiddleware<OriginGuard>();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseWebPage();
        app.UseRouting();
        app.UseRateLimiter();
        app.UseWebSockets();
        app.MapChat();
        ChatSocket.Map(app);
        app.MapSettings();
        app.MapApps();
        app.MapTools();
        app.MapTasks();
        app.MapQuestions();
        app.MapOpenApi();
    }
}
