using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>Accepts OAuth access tokens, with the package JwtBearer and stricter rules.</summary>
internal static class AccessTokenExtensions
{
    public static AuthenticationBuilder AddAccessTokens(this AuthenticationBuilder builder)
    {
        var (services, scheme) = (builder.Services, JwtBearerDefaults.AuthenticationScheme);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IAuthenticationConfigurationProvider, AuthenticationSection>();
        services.AddOptions<AccessTokenOptions>().BindConfiguration(AccessTokenOptions.Section);
        services.AddSingleton<AccessTokenEvents>();
        services.AddSingleton<TokenIntrospection>();
        services.AddSingleton<TokenRules>();
        services.AddSingleton<IValidateOptions<JwtBearerOptions>, AccessTokenValidation>();
        services.AddOptions<JwtBearerOptions>(scheme).Configure(Defaults).ValidateOnStart();
        builder.AddJwtBearer(scheme); // binds most of the settings
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, AccessTokenSetup>();

        // The package logs key ids and issuers from tokens, with stack traces. AccessTokenEvents logs one line instead.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Authentication.JwtBearer", LogLevel.None));
        return builder;
    }

    /// <summary>Whether the settings allow checking a token.</summary>
    public static bool IsConfigured(this JwtBearerOptions options, AccessTokenOptions more) =>
        options.HasIssuer() || more.Introspection.Endpoint is not null;

    public static bool HasIssuer(this JwtBearerOptions options) =>
        !string.IsNullOrEmpty(options.Authority) || !string.IsNullOrEmpty(options.MetadataAddress);

    public static IEnumerable<string> Audiences(this JwtBearerOptions options) =>
        [.. options.TokenValidationParameters.ValidAudiences ?? [], .. string.IsNullOrEmpty(options.Audience) ? (string[])[] : [options.Audience]];

    /// <summary>The issuers in the settings. Without any, the metadata names the issuer.</summary>
    public static IReadOnlyList<string> Issuers(this JwtBearerOptions options) =>
        [.. (options.TokenValidationParameters.ValidIssuers ?? []).Where(issuer => !string.IsNullOrEmpty(issuer))];

    private static void Defaults(JwtBearerOptions options)
    {
        options.RefreshInterval = TimeSpan.FromSeconds(30);
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
    }

    /// <summary>Tells the package where to find the settings of a scheme, as AddAuthentication would.</summary>
    private sealed class AuthenticationSection(IConfiguration configuration) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = configuration.GetSection(CallerAuthenticationOptions.Section);
    }
}
