using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults.Authentication.AccessTokens;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// Who calls, the same way in both services: an access token, an API key, or nobody where anonymous access is allowed. Every
/// endpoint needs a caller unless it says otherwise.
/// </summary>
public static class CallerAuthentication
{
    private const string Scheme = "Caller";

    public static void AddCallerAuthentication<TRefusalWriter>(this IHostApplicationBuilder builder)
        where TRefusalWriter : class, IAccessDenialWriter
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<CallerAuthenticationOptions>, AuthenticationOptionsValidator>();
        services.AddOptions<CallerAuthenticationOptions>().ValidateOnStart();
        services.AddCallerAccess();
        services.AddSingleton<AnonymousAccessPolicy>();
        services.AddSingleton<ApiKeyRing>();
        services.AddSingleton<IAccessDenialWriter, TRefusalWriter>();
        services.AddHostedService<StartNotice>();

        // What AddAuthentication would add besides keeps keys for cookies in files, of which there are none here.
        services.AddAuthenticationCore(options => options.DefaultScheme = Scheme).AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddPolicyScheme(Scheme, displayName: null, options => options.ForwardDefaultSelector = SchemeOf)
            .AddAccessTokens()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyRing.Scheme, configureOptions: null)
            .AddScheme<AuthenticationSchemeOptions, AnonymousHandler>(CallerClaims.AnonymousScheme, configureOptions: null);

        var needsCaller = new AuthorizationPolicyBuilder().AddRequirements(new CallerRequirement()).Build();
        services.AddAuthorizationBuilder().SetDefaultPolicy(needsCaller).SetFallbackPolicy(needsCaller);
        services.AddSingleton<IAuthorizationHandler, CallerRequirementHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessDenialResults>();
    }

    /// <summary>What scopes mean, also for a program that takes no requests.</summary>
    public static void AddCallerAccess(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(CallerAccess)))
        {
            return; // a list that is bound twice has everything twice
        }

        services.AddOptions<CallerAuthenticationOptions>().BindConfiguration(CallerAuthenticationOptions.Section);
        services.AddSingleton<CallerSettings>();
        services.AddSingleton<CallerAccess>();
    }

    /// <summary>Authenticates, and lets through who may go on. <paramref name="between"/> comes between the two.</summary>
    public static void UseCallerAuthentication(this WebApplication app, Action<IApplicationBuilder>? between = null)
    {
        app.UseAuthentication();
        between?.Invoke(app);
        app.UseAuthorization();
    }

    /// <summary>Answers a request that an endpoint itself refuses, as authorization would.</summary>
    public static Task RefuseAsync(this HttpContext context, AccessDenial denial) =>
        AccessDenialResults.RefuseAsync(context, context.RequestServices.GetRequiredService<IAccessDenialWriter>(), denial);

    /// <summary>By what a request brings. Where nothing is set that could be checked, what it brings does not count.</summary>
    private static string SchemeOf(HttpContext context)
    {
        var anonymous = context.RequestServices.GetRequiredService<AnonymousAccessPolicy>();
        return Credential.Of(context.Request).Kind switch
        {
            CredentialKind.ApiKey when anonymous.HasScheme => ApiKeyRing.Scheme,
            CredentialKind.Token when anonymous.HasScheme => JwtBearerDefaults.AuthenticationScheme,
            _ => CallerClaims.AnonymousScheme,
        };
    }
}
