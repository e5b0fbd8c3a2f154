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
/// Authenticates callers in both services, by access token or API key, or anonymously where that is allowed. Every endpoint
/// needs a caller unless it allows anonymous requests.
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

        // AddAuthentication would also add data protection, which stores keys for cookies in files. There are no cookies.
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

    /// <summary>Adds the meaning of scopes, also for a program that serves no requests.</summary>
    public static void AddCallerAccess(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(CallerAccess)))
        {
            return; // binding a list twice duplicates its entries
        }

        services.AddOptions<CallerAuthenticationOptions>().BindConfiguration(CallerAuthenticationOptions.Section);
        services.AddSingleton<CallerSettings>();
        services.AddSingleton<CallerAccess>();
    }

    /// <summary>Authenticates and authorizes callers. <paramref name="between"/> runs between the two.</summary>
    public static void UseCallerAuthentication(this WebApplication app, Action<IApplicationBuilder>? between = null)
    {
        app.UseAuthentication();
        between?.Invoke(app);
        app.UseAuthorization();
    }

    /// <summary>The credentials that callers of this service need, or null if anonymous callers are allowed.</summary>
    public static AcceptedCredentials? RequiredCredentials(this IServiceProvider services) =>
        services.GetRequiredService<AnonymousAccessPolicy>().Required;

    /// <summary>Responds to a request that an endpoint itself denies, as authorization would.</summary>
    public static Task RefuseAsync(this HttpContext context, AccessDenial denial) =>
        AccessDenialResults.RefuseAsync(context, context.RequestServices.GetRequiredService<IAccessDenialWriter>(), denial);

    /// <summary>Chooses the scheme by the credential. If no scheme is configured, the credential is ignored.</summary>
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
