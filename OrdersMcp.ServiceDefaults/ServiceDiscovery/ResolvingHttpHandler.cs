namespace OrdersMcp.ServiceDefaults.ServiceDiscovery;

/// <summary>Sends each attempt of a request to the endpoint whose turn it is.</summary>
internal sealed class ResolvingHttpHandler(ServiceEndpointResolver resolver) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var logical = request.RequestUri!;
        request.RequestUri = resolver.Resolve(logical);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            // A retry resolves again and may find another endpoint.
            request.RequestUri = logical;
        }
    }
}
