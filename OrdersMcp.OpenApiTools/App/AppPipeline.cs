namespace OrdersMcp.OpenApiTools.App;

/// <summary>
/// The pipeline of this app: all of its middleware and endpoints. It exists once the server starts. A startup filter sees it
/// first, so that requests in process pass everything that requests over HTTP pass.
/// </summary>
internal sealed class AppPipeline : IStartupFilter
{
    private readonly TaskCompletionSource<RequestDelegate> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The pipeline, when it is built.</summary>
    public Task<RequestDelegate> Built => _built.Task;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(rest =>
        {
            _built.TrySetResult(rest);
            return context =>
            {
                ProxiedRequest.Keep(context);
                return rest(context);
            };
        });
        next(app);
    };
}
