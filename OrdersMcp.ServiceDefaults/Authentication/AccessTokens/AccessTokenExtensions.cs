using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>Accepts OAuth access tokens: the package JwtBearer, held to stricter rules.</summary>
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
        builder.AddJwtBearer(scheme); // which binds most of the settings
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, AccessTokenSetup>();

        // The package's lines have key ids and issuers as tokens name them, and a stack trace each; AccessTokenEvents has a line.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Authentication.JwtBearer", LogLevel.None));
        return builder;
    }

    /// <summary>Whether anything is set that a token could be checked with.</summary>
    public static bool IsConfigured(this JwtBearerOptions options, AccessTokenOptions more) =>
        options.HasIssuer() || more.Introspection.Endpoint is not null;

    public static bool HasIssuer(this JwtBearerOptions options) =>
        !string.IsNullOrEmpty(options.Authority) || !string.IsNullOrEmpty(options.MetadataAddress);

    public static IEnumerable<string> Audiences(this JwtBearerOptions options) =>
        [.. options.TokenValidationParameters.ValidAudiences ?? [], .. string.IsNullOrEmpty(options.Audience) ? (string[])[] : [options.Audience]];

    /// <summary>The issuers that the settings name; where there are none, the metadata names it.</summary>
    public static IReadOnlyList<string> Issuers(this JwtBearerOptions options) =>
        [.. (options.TokenValidationParameters.ValidIssuers ?? []).Where(issuer => !string.IsNullOrEmpty(issuer))];

    private static void Defaults(JwtBearerOptions options)
    {
        options.RefreshInterval = TimeSpan.FromSeconds(30);
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
    }

    /// <summary>Where the package looks for the settings of a scheme; AddAuthentication would say it.</summary>
    private sealed class AuthenticationSection(IConfiguration configuration) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = configuration.GetSection(CallerAuthenticationOptions.Section);
    }
}
