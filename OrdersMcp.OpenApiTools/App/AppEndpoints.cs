using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.OpenApiTools.App;

/// <summary>The endpoints of this app, and who may call each.</summary>
internal sealed partial class AppEndpoints(IServiceProvider services, ILogger<AppEndpoints> logger)
{
    private readonly Lock _reading = new();
    private readonly ConcurrentDictionary<string, bool> _undecided = new(StringComparer.Ordinal);
    private (FrozenDictionary<string, RouteEndpoint> Endpoints, IChangeToken Changes)? _read;

    private EndpointDataSource Source => services.GetRequiredService<EndpointDataSource>();

    /// <summary>Triggered when endpoints are added, removed or changed.</summary>
    public IChangeToken Changes => Source.GetChangeToken();

    /// <summary>Whether callers can differ in what they may call.</summary>
    public bool HasAuthorization => services.GetService<IAuthorizationPolicyProvider>() is not null;

    /// <summary>
    /// Whether the caller passes the authorization of an endpoint, as far as that is known without a request: the policies of
    /// its metadata, or the fallback policy. An operation that no endpoint serves decides itself when it is called, and so
    /// does one whose policy fails.
    /// </summary>
    /// <param name="caller">The caller.</param>
    /// <param name="method">The method of the operation.</param>
    /// <param name="path">The path of the operation in the document.</param>
    /// <param name="describe">Gives a request the connection and the headers that a call would have, for authentication schemes.</param>
    /// <param name="decided">What is decided already for the same list.</param>
    public async ValueTask<bool> AllowsAsync(ClaimsPrincipal caller, string method, string path, Action<HttpContext> describe, ListDecisions decided)
    {
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies || Find(method, path) is not { } endpoint
            || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            return true;
        }

        try
        {
            if (await PolicyOf(endpoint, policies) is not { } policy)
            {
                return true;
            }

            if (KeyOf(policy) is not { } key)
            {
                return await AllowsAsync(caller, method, endpoint, policy, describe, decided);
            }

            if (!decided.ByPolicy.TryGetValue(key, out var isAllowed))
            {
                decided.ByPolicy[key] = isAllowed = await AllowsAsync(caller, method, endpoint, policy, describe, decided);
            }

            return isAllowed;
        }
        catch (Exception exception)
        {
            // Thrown by code of the app, whatever it is. One endpoint must not take away the list.
            if (_undecided.TryAdd(KeyOf(method, path), true))
            {
                LogUndecided(method, path, exception);
            }

            return true;
        }
    }

    private static async ValueTask<AuthorizationPolicy?> PolicyOf(RouteEndpoint endpoint, IAuthorizationPolicyProvider policies)
    {
        var policy = await AuthorizationPolicy.CombineAsync(
            policies, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>(), endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>());
        if (endpoint.Metadata.GetOrderedMetadata<IAuthorizationRequirementData>() is not { Count: > 0 } requirements)
        {
            return policy;
        }

        var builder = new AuthorizationPolicyBuilder();
        builder.AddRequirements([.. requirements.SelectMany(data => data.GetRequirements())]);
        return policy is null ? builder.Build() : AuthorizationPolicy.Combine(policy, builder.Build());
    }

    private async ValueTask<bool> AllowsAsync(
        ClaimsPrincipal caller, string method, RouteEndpoint endpoint, AuthorizationPolicy policy, Action<HttpContext> describe, ListDecisions decided)
    {
        await using var scope = services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = caller };
        context.Request.Method = method;
        context.Features.Set<IEndpointFeature>(new Selected { Endpoint = endpoint });
        await AuthenticateAsync(context, policy, describe, decided);
        var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(context.User, context, policy)).Succeeded;
    }

    /// <summary>Where a policy names schemes, their results decide and not the caller of the MCP endpoint, as in a call.</summary>
    private static async ValueTask AuthenticateAsync(HttpContext context, AuthorizationPolicy policy, Action<HttpContext> describe, ListDecisions decided)
    {
        if (policy.AuthenticationSchemes.Count == 0 || context.RequestServices.GetService<IPolicyEvaluator>() is not { } evaluator)
        {
            return;
        }

        var schemes = string.Join(' ', policy.AuthenticationSchemes);
        if (decided.BySchemes.TryGetValue(schemes, out var known))
        {
            context.User = known;
            return;
        }

        describe(context);
        await evaluator.AuthenticateAsync(policy, context);
        decided.BySchemes[schemes] = context.User;
    }

    /// <summary>
    /// The key of a policy that looks at the caller only; null if the endpoint or anything else may count. These requirements
    /// write all of their values into their texts.
    /// </summary>
    private static string? KeyOf(AuthorizationPolicy policy) => policy.Requirements.All(requirement =>
        requirement is DenyAnonymousAuthorizationRequirement or RolesAuthorizationRequirement or ClaimsAuthorizationRequirement or NameAuthorizationRequirement)
        ? string.Join('\n', policy.Requirements.Select(requirement => requirement.ToString()).Concat(policy.AuthenticationSchemes))
        : null;

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Who may call {Method} {Path} is not known for lists, which show its tool to everyone: its policy failed. This is logged once.")]
    private partial void LogUndecided(string method, string path, Exception exception);

    private sealed class Selected : IEndpointFeature
    {
        public Endpoint? Endpoint { get; set; }
    }
}
