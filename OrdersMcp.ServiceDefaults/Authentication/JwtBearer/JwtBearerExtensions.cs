using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Accepts OAuth access tokens; see <see cref="JwtBearerOptions"/>.</summary>
public static class JwtBearerExtensions
{
    public static AuthenticationBuilder AddJwtBearer(
        this AuthenticationBuilder builder,
        string authenticationScheme = JwtBearerDefaults.AuthenticationScheme,
        Action<JwtBearerOptions>? configureOptions = null)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<TokenCheckers>();
        builder.Services.AddOptions<JwtBearerOptions>(authenticationScheme)
            .Configure<IConfiguration>((options, configuration) =>
                configuration.GetSection(SectionOf(authenticationScheme)).Bind(options))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<JwtBearerOptions>>(new Validation());
        return builder.AddScheme<JwtBearerOptions, JwtBearerHandler>(authenticationScheme, configureOptions);
    }

    private static string SectionOf(string scheme) => $"Authentication:Schemes:{scheme}";

    private sealed class Validation : IValidateOptions<JwtBearerOptions>
    {
        public ValidateOptionsResult Validate(string? name, JwtBearerOptions options)
        {
            var problems = options.Problems(SectionOf(name ?? JwtBearerDefaults.AuthenticationScheme)).ToArray();
            return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}
