using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Ends the start of a service that would admit nobody, or has invalid settings.</summary>
internal sealed class AuthenticationOptionsValidator(
    IHostEnvironment environment, IConfiguration configuration, IOptionsMonitor<JwtBearerOptions> tokens, IOptions<AccessTokenOptions> more)
    : IValidateOptions<CallerAuthenticationOptions>
{
    public ValidateOptionsResult Validate(string? name, CallerAuthenticationOptions options)
    {
        var problems = options.Problems(configuration).ToList();
        if (!environment.IsDevelopment() && !options.AllowAnonymous && options.ApiKeys.Count == 0
            && string.IsNullOrEmpty(options.ServiceKey) && !tokens.Get(JwtBearerDefaults.AuthenticationScheme).IsConfigured(more.Value))
        {
            problems.Add(
                $"Nobody could call this server in the environment {environment.EnvironmentName}, because no authentication is set. Set "
                + "Authentication:Schemes:Bearer:Authority and Audience (OAuth access tokens) or Authentication:ApiKeys (the "
                + "command create-api-key prints one). To admit everybody, set Authentication:AllowAnonymous to true.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
