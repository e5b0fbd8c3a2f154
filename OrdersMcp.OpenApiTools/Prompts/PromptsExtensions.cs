namespace OrdersMcp.OpenApiTools.Prompts;

/// <summary>Adds <c>prompts/list</c> and <c>prompts/get</c> to the server.</summary>
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
