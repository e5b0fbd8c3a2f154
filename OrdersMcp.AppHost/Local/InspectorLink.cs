namespace OrdersMcp.AppHost.Local;

/// <summary>The link that opens the Inspector and connects it. The link contains the Inspector's token.</summary>
internal sealed record InspectorLink(Func<CancellationToken, Task<string>> MakeAsync) : IResourceAnnotation
{
    /// <summary>The link of the Inspector's resource.</summary>
    public static InspectorLink Of(IResource inspector) => inspector.Annotations.OfType<InspectorLink>().Single();
}
