namespace OrdersMcp.ServiceDefaults.ServiceDiscovery;

/// <summary>
/// What a logical address asks for: <c>https+http://_endpoint.service</c>, where the endpoint is optional and the
/// schemes are in order of preference.
/// </summary>
internal sealed record ServiceEndpointQuery(string ServiceName, string? EndpointName, string[] Schemes)
{
    public static ServiceEndpointQuery Parse(string scheme, string host)
    {
        var schemes = scheme.Split('+');
        if (host.StartsWith('_') && host.IndexOf('.') is > 1 and var dot)
        {
            return new(host[(dot + 1)..], host[1..dot], schemes);
        }

        return new(host, EndpointName: null, schemes);
    }
}
