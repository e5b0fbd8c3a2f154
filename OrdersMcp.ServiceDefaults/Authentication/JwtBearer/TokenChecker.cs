using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>Finds out who calls with a token: by its signature, or where it is no JWT by asking its issuer.</summary>
internal sealed class TokenChecker : IDisposable
{
    /// <summary>A set with more keys of one kind than this, to a token that names none, is not worth the work.</summary>
    private const int MostTrials = 8;

    private readonly JwtBearerOptions _options;
    private readonly IssuerHttp _http;
    private readonly IssuerKeys _keys;
    private readonly TokenRules _rules;
    private readonly TokenIntrospection _introspection;

    public TokenChecker(JwtBearerOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _http = new IssuerHttp(options);
        _keys = new IssuerKeys(options, _http, time, logger);
        _rules = new TokenRules(options, time);
        _introspection = new TokenIntrospection(options, _http, _rules, time);
    }

    /// <exception cref="TokenRefusedException">The token is not accepted.</exception>
    /// <exception cref="IssuerUnavailableException">Nobody can say now whether it is.</exception>
    public async ValueTask<ClaimsPrincipal> CheckAsync(string token, CancellationToken cancellationToken)
    {
        if (!Jwt.IsShaped(token) || (string.IsNullOrEmpty(_options.Authority) && string.IsNullOrEmpty(_options.MetadataAddress)))
        {
            return await _introspection.CheckAsync(token, cancellationToken);
        }

        var jwt = Jwt.Read(token);
        _rules.CheckHeader(jwt);
        var issuer = await _keys.GetAsync(jwt.KeyId, cancellationToken);
        if (!issuer.Keys.Where(key => key.Fits(jwt.Algorithm, jwt.KeyId)).Take(MostTrials).Any(key => key.Verifies(jwt)))
        {
            throw new TokenRefusedException("the token's signature is not of its issuer");
        }

        try
        {
            _rules.CheckIssuer(jwt.Claims, issuer.Issuer);
            _rules.CheckAudience(jwt.Claims);
            _rules.CheckTimes(jwt.Claims);
            return _rules.Caller(jwt.Claims, JwtBearerDefaults.AuthenticationScheme);
        }
        catch (InvalidOperationException exception)
        {
            throw new TokenRefusedException("the token is not well formed", exception); // a text is half a character
        }
    }

    public void Dispose()
    {
        _keys.Dispose();
        _http.Dispose();
    }
}
