using System.Collections.Frozen;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>The endpoints of this app, and who may call each.</summary>
internal sealed class AppEndpoints(IServiceProvider services)
{
    private readonly Lock _reading = new();
    private (FrozenDictionary<string, RouteEndpoint> Endpoints, IChangeToken Changes)? _read;

    private EndpointDataSource Source => services.GetRequiredService<EndpointDataSource>();

    /// <summary>Triggered when endpoints are added, removed or changed.</summary>
    public IChangeToken Changes => Source.GetChangeToken();

    /// <summary>Whether callers can differ in what they may call.</summary>
    public bool HasAuthorization => services.GetService<IAuthorizationPolicyProvider>() is not null;

    /// <summary>
    /// Whether the caller passes the authorization of an endpoint, as far as that is known without a request: the policies of
    /// its metadata, or the fallback policy. An operation that no endpoint serves decides itself when it is called.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="method">The method of the operation.</param>
    /// <param name="path">The path of the operation in the document.</param>
    public async ValueTask<bool> AllowsAsync(ClaimsPrincipal caller, string method, string path)
    {
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies || Find(method, path) is not { } endpoint
            || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return true;
        }

        var policy = await AuthorizationPolicy.CombineAsync(
            policies, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(), endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>());
        if (endpoint.Metadata.GetOrderedMetadata<IAuthorizationRequirementData>() is { Count: > 0 } requirements)
        {
            var builder = new AuthorizationPolicyBuilder();
            builder.AddRequirements([.. requirements.SelectMany(data => data.GetRequirements())]);
            policy = policy is null ? builder.Build() : AuthorizationPolicy.Combine(policy, builder.Build());
        }

        if (policy is null)
        {
            return true;
        }

        await using var scope = services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = caller };
        context.Request.Method = method;
        context.Features.Set<IEndpointFeature>(new Selected { Endpoint = endpoint });
        var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(caller, context, policy)).Succeeded;
    }

    private RouteEndpoint? Find(string method, string path)
    {
        lock (_reading)
        {
            if (_read is not { Changes.HasChanged: false } read)
            {
                var changes = Source.GetChangeToken();
                _read = read = (Read(), changes);
            }

            return read.Endpoints.GetValueOrDefault(KeyOf(method, path));
        }
    }

    private FrozenDictionary<string, RouteEndpoint> Read()
    {
        var endpoints = new Dictionary<string, RouteEndpoint>(StringComparer.OrdinalIgnoreCase);
        foreach (var endpoint in Source.Endpoints.OfType<RouteEndpoint>())
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
            {
                endpoints.TryAdd(KeyOf(method, PathOf(endpoint.RoutePattern)), endpoint);
            }
        }

        return endpoints.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The pattern as documents write it: without constraints, defaults and optional marks.</summary>
    private static string PathOf(RoutePattern pattern)
    {
        var path = new StringBuilder();
        foreach (var segment in pattern.PathSegments)
        {
            path.Append('/');
            foreach (var part in segment.Parts)
            {
                path.Append(part switch
                {
                    RoutePatternLiteralPart literal => literal.Content,
                    RoutePatternSeparatorPart separator => separator.Content,
                    RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
                    _ => "",
                });
            }
        }

        return path.ToString();
    }

    /// <summary>The names of parameters do not matter.</summary>
    private static string KeyOf(string method, string path)
    {
        var key = new StringBuilder(method).Append(' ');
        var isInParameter = false;
        foreach (var letter in path.AsSpan().TrimEnd('/'))
        {
            isInParameter = letter == '{' || (isInParameter && letter != '}');
            if (!isInParameter || letter == '{')
            {
                key.Append(letter);
            }
        }

        return key.ToString();
    }

    private sealed class Selected : IEndpointFeature
    {
        public Endpoint? Endpoint { get; set; }
    }
}
