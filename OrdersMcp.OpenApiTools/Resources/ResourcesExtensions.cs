namespace OrdersMcp.OpenApiTools.Resources;

/// <summary>Adds <c>resources/list</c>, <c>resources/templates/list</c> and <c>resources/read</c> to the server.</summary>
internal static class ResourcesExtensions
{
    public static IMcpServerBuilder AddResources(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<ResourceLister>();
        builder.Services.AddSingleton<ResourceReader>();
        builder.Services.AddSingleton<AppReader>();
        return builder
            .WithListResourcesHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceLister>().ListAsync(request, cancellationToken))
            .WithListResourceTemplatesHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceLister>().ListTemplatesAsync(request, cancellationToken))
            .WithReadResourceHandler((request, cancellationToken) =>
                request.Services!.GetRequiredService<ResourceReader>().ReadAsync(request, cancellationToken));
    }
}
