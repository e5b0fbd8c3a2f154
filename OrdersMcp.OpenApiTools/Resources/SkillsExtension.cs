using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

#pragma warning disable MCPEXP002 // the SDK's extension API may still change; the conformance tests would detect it

namespace OrdersMcp.OpenApiTools.Resources;

/// <summary>Adds the extension <c>io.modelcontextprotocol/skills</c> (SEP-2640) to the server.</summary>
internal static class SkillsExtension
{
    public const string Id = "io.modelcontextprotocol/skills";

    public static IMcpServerBuilder AddSkills(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<SkillRequests>();
        builder.Services.AddOptions<McpServerOptions>().Configure<SkillRequests>((options, skills) =>
        {
            options.Capabilities ??= new ServerCapabilities();
            options.Capabilities.Extensions ??= new Dictionary<string, object>(StringComparer.Ordinal);
            options.Capabilities.Extensions[Id] = new JsonObject { ["directoryRead"] = true };
            options.RequestHandlers ??= [];
            options.RequestHandlers.Add(Handler(SkillRequests.List, skills.ListAsync));
            options.RequestHandlers.Add(Handler(SkillRequests.Get, skills.GetAsync));
            options.RequestHandlers.Add(Handler(SkillRequests.ReadDirectory, skills.ReadDirectoryAsync));
        });
        return builder;
    }

    private static McpServerRequestHandler Handler(
        string method, Func<JsonRpcRequest, CancellationToken, ValueTask<JsonNode?>> handler) =>
        new() { Method = method, Handler = (request, ct) => handler(request.JsonRpcRequest, ct) };
}
