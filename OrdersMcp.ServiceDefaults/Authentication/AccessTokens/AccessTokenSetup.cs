using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>Configures the package after it has bound the settings. The package does not bind two of them.</summary>
internal sealed class AccessTokenSetup(
    IOptions<AccessTokenOptions> more, IConfiguration configuration, TimeProvider time, ILogger<IssuerKeys> logger)
    : IConfigureNamedOptions<JwtBearerOptions>, IDisposable
{
    private const int MaxAnswer = 256 * 1024;

    /// <summary>
    /// Sends requests to the issuer, without redirects and with bounded responses. It is a separate client, so that a failing
    /// issuer does not open the circuit breaker of other clients.
    /// </summary>
    private readonly HttpClient _issuer = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        MaxResponseContentBufferSize = MaxAnswer,
        DefaultRequestHeaders = { Accept = { new MediaTypeWithQualityHeaderValue("application/json") } },
    };

    public void Configure(JwtBearerOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, JwtBearerOptions options)
    {
        if (name != JwtBearerDefaults.AuthenticationScheme)
        {
            return;
        }

        var section = configuration.GetSection(AccessTokenOptions.Section);
        options.Audience = section[nameof(options.Audience)]
            ?? configuration[$"{CallerAuthenticationOptions.Section}:{nameof(CallerAuthenticationOptions.Resource)}"];
        options.AutomaticRefreshInterval = section.GetValue(nameof(options.AutomaticRefreshInterval), TimeSpan.FromHours(1));
        _issuer.Timeout = options.BackchannelTimeout;
        options.Backchannel = _issuer;
        options.MapInboundClaims = false;
        options.SaveToken = false; // not needed after the check
        options.RefreshOnIssuerKeyNotFound = false; // MessageReceived refreshes the keys before the check
        options.EventsType = typeof(AccessTokenEvents);
        string[] audiences = [.. options.Audiences().Select(TokenRules.Canonical)];
        var keys = new IssuerKeys(options, time, logger);
        options.ConfigurationManager = keys;

        // Replaces the package's parameters, so that none of its other settings (SigningKeys, ValidateAudience) weakens the check.
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuers = options.TokenValidationParameters.ValidIssuers,
            ValidAudiences = audiences,
            AudienceValidator = (named, _, _) => named.Select(TokenRules.Canonical).Intersect(audiences, StringComparer.Ordinal).Any(),
            ValidAlgorithms = more.Value.Algorithms,
            ClockSkew = more.Value.ClockSkew,
            IssuerSigningKeyResolver = (_, token, keyId, _) => keys.Fitting(((JsonWebToken)token).Alg, keyId),
            TryAllIssuerSigningKeys = false,
        };
    }

    public void Dispose() => _issuer.Dispose();
}
