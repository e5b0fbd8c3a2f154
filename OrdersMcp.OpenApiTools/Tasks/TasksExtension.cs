using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Catalog;

#pragma warning disable MCPEXP002 // the SDK's extension API is experimental; the conformance tests would show a change

namespace OrdersMcp.OpenApiTools.Tasks;

/// <summary>Adds the extension <c>io.modelcontextprotocol/tasks</c> (SEP-2663) to the server.</summary>
internal static class TasksExtension
{
    public const string Id = "io.modelcontextprotocol/tasks";

    /// <summary>The item of a request that holds the task in place of the call's result.</summary>
    private const string Item = "ordersmcp.task";

    public static IMcpServerBuilder AddTasks(this IMcpServerBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IToolPlanner, JobPlanner>();
        services.AddSingleton<TaskHandles>();
        services.AddSingleton<TaskRequests>();
        services.AddSingleton<JobFollower>();
        services.AddSingleton<JobCaller>();
        services.AddOptions<McpServerOptions>().Configure<TaskRequests>((options, tasks) =>
        {
            options.Capabilities ??= new ServerCapabilities();
            options.Capabilities.Extensions ??= new Dictionary<string, object>(StringComparer.Ordinal);
            options.Capabilities.Extensions[Id] = new JsonObject();
            options.RequestHandlers ??= [];
            options.RequestHandlers.Add(Handler("tasks/get", tasks.GetAsync));
            options.RequestHandlers.Add(Handler("tasks/update", tasks.UpdateAsync));
            options.RequestHandlers.Add(Handler("tasks/cancel", tasks.CancelAsync));
            options.Filters.Request.CallToolWithAlternateFilters.Add(async (request, next, cancellationToken) =>
            {
                var result = await next(request, cancellationToken);
                return request.Items.TryGetValue(Item, out var task)
                    ? ResultOrAlternate<CallToolResult>.FromAlternate((TaskResult)task!, TaskJson.Default.TaskResult)
                    : result;
            });
        });
        return builder;
    }

    /// <summary>Whether the client accepts a task as a result: only a declaration in the request itself counts.</summary>
    public static bool IsDeclared(JsonRpcRequest request) =>
        request.Context?.ClientCapabilities?.Extensions?.ContainsKey(Id) is true;

    /// <exception cref="MissingRequiredClientCapabilityException">The request does not declare the extension.</exception>
    public static void ThrowIfUndeclared(JsonRpcRequest request, string asked)
    {
        if (!IsDeclared(request))
        {
            throw new MissingRequiredClientCapabilityException(
                new ClientCapabilities
                {
                    Extensions = new Dictionary<string, object>(StringComparer.Ordinal) { [Id] = new JsonObject() },
                },
                $"'{asked}' needs a client that declares the extension {Id} with the request.");
        }
    }

    /// <summary>Answers a call with a task in place of its result.</summary>
    public static void Answer(RequestContext<CallToolRequestParams> request, TaskResult task) =>
        request.Items[Item] = task;

    private static McpServerRequestHandler Handler(
        string method, Func<JsonRpcRequest, CancellationToken, ValueTask<JsonNode?>> handler) =>
        new() { Method = method, RoutingNameParameter = "taskId", Handler = (request, ct) => handler(request.JsonRpcRequest, ct) };
}
