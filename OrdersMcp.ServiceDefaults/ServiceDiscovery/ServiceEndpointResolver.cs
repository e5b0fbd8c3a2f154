using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.ServiceDefaults.ServiceDiscovery;

/// <summary>
/// Resolves a logical address to one of its configured endpoints, in turn. The keys are those that Aspire injects:
/// <c>services:{service}:{endpoint name or scheme}:{index}</c>, each a URL or <c>host:port</c>.
/// </summary>
/// <remarks>An address whose service is not configured passes through as it is, with its first scheme.</remarks>
public sealed class ServiceEndpointResolver : IDisposable
{
    /// <summary>More distinct addresses than any application has: the bound of the cache.</summary>
    private const int MaxCachedServices = 1_000;

    private readonly IConfiguration _configuration;
    private readonly IDisposable _reload;
    private readonly ConcurrentDictionary<(string Scheme, string Host), Endpoints> _services = new();

    public ServiceEndpointResolver(IConfiguration configuration)
    {
        _configuration = configuration;
        _reload = ChangeToken.OnChange(configuration.GetReloadToken, _services.Clear);
    }

    /// <summary>The address to use for <paramref name="address"/> this time.</summary>
    /// <exception cref="InvalidOperationException">The service is configured with a value that is no address.</exception>
    public Uri Resolve(Uri address)
    {
        var key = (address.Scheme, address.Host);
        if (!_services.TryGetValue(key, out var endpoints))
        {
            endpoints = Find(ServiceEndpointQuery.Parse(address.Scheme, address.Host));
            if (_services.Count < MaxCachedServices)
            {
                endpoints = _services.GetOrAdd(key, endpoints);
            }
        }

        if (endpoints.Next() is { } endpoint)
        {
            return Combine(endpoint, address);
        }

        return address.Scheme.Contains('+')
            ? new UriBuilder(address) { Scheme = address.Scheme[..address.Scheme.IndexOf('+')] }.Uri
            : address;
    }

    public void Dispose() => _reload.Dispose();

    private static Uri Combine(Uri endpoint, Uri address) =>
        endpoint.AbsolutePath.Length > 1
            ? new Uri(endpoint, endpoint.AbsolutePath.TrimEnd('/') + address.PathAndQuery)
            : new Uri(endpoint, address.PathAndQuery);

    private Endpoints Find(ServiceEndpointQuery query)
    {
        var service = _configuration.GetSection("services").GetSection(query.ServiceName);
        string[] names = query.EndpointName is null ? ["default", .. query.Schemes] : [query.EndpointName];
        var section = names.Select(service.GetSection).FirstOrDefault(candidate => candidate.Exists());
        if (section is null)
        {
            return new([]);
        }

        var values = string.IsNullOrEmpty(section.Value) ? section.GetChildren() : [section];
        // Without a scheme of its own an endpoint takes its section's, where that is one, else the preferred one.
        var scheme = query.Schemes.Contains(section.Key) ? section.Key : query.Schemes[0];
        var endpoints = values.Select(value => Parse(value, scheme)).ToArray();

        // Of the schemes asked for only the most preferred that is there is used: no silent downgrade to http.
        var best = query.Schemes.FirstOrDefault(scheme => endpoints.Any(endpoint => endpoint.Scheme == scheme));
        return new([.. endpoints.Where(endpoint => endpoint.Scheme == best)]);
    }

    private static Uri Parse(IConfigurationSection setting, string scheme)
    {
        var text = setting.Value is { } value && value.Contains("://", StringComparison.Ordinal)
            ? value
            : $"{scheme}://{setting.Value}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0
            ? uri
            : throw new InvalidOperationException(
                $"The setting '{setting.Path}' is '{setting.Value}', which is neither a URL nor host:port.");
    }

    private sealed class Endpoints(Uri[] uris)
    {
        private uint _turn;

        public Uri? Next() => uris.Length switch
        {
            0 => null,
            1 => uris[0],
            _ => uris[(Interlocked.Increment(ref _turn) - 1) % (uint)uris.Length],
        };
    }
}
