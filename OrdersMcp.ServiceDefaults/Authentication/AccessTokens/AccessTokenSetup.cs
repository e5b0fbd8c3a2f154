using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>Tells the package what to check, after it has bound the settings, of which it leaves out two.</summary>
internal sealed class AccessTokenSetup(
    IOptions<AccessTokenOptions> more, IConfiguration configuration, TimeProvider time, ILogger<IssuerKeys> logger)
    : IConfigureNamedOptions<JwtBearerOptions>, IDisposable
{
    private const int MaxAnswer = 256 * 1024;

    /// <summary>
    /// Requests to the issuer: no redirects, answers of a bounded size. It is a client of its own, so that an issuer that
    /// fails opens nobody else's circuit breaker.
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
        options.SaveToken = false; // nobody needs it once it is checked
        options.RefreshOnIssuerKeyNotFound = false; // a key is looked for before the token is checked
        options.EventsType = typeof(AccessTokenEvents);
        string[] audiences = [.. options.Audiences().Select(TokenRules.Canonical)];
        var keys = new IssuerKeys(options, time, logger);
        options.ConfigurationManager = keys;

        // Made anew, so that no setting which the package knows besides (SigningKeys, ValidateAudience) makes it weaker.
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
