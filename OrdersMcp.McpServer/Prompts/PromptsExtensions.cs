namespace OrdersMcp.McpServer.Prompts;

/// <summary>Puts <c>prompts/list</c> and <c>prompts/get</c> into the server.</summary>
internal static class PromptsExtensions
{
    public static IMcpServerBuilder AddPrompts(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<PromptLister>();
        builder.Services.AddSingleton<PromptFiller>();
        return builder
            .WithListPromptsHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<PromptLister>().ListAsync(request, cancellationToken))
            .WithGetPromptHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<PromptFiller>().GetAsync(request.Params, cancellationToken));
    }
}
