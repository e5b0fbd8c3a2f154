using OrdersMcp.OpenApiTools.Operations.Requests;

namespace OrdersMcp.OpenApiTools.Completion;

/// <summary>Adds <c>completion/complete</c> to the server.</summary>
internal static class CompletionExtensions
{
    public static IMcpServerBuilder AddCompletion(this IMcpServerBuilder builder)
    {
        builder.Services.AddSingleton<Completer>();
        return builder.WithCompleteHandler((request, cancellationToken) =>
            request.Services!.GetRequiredService<Completer>().CompleteAsync(request.Params, Caller.Of(request.JsonRpcRequest), cancellationToken));
    }
}
