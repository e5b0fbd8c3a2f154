using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.JwtBearer;

/// <summary>Authenticates a request by its access token.</summary>
internal sealed class JwtBearerHandler(
    IOptionsMonitor<JwtBearerOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenCheckers checkers)
    : AuthenticationHandler<JwtBearerOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var credential = Credential.Of(Request);
        if (credential.Problem is { } problem)
        {
            return AuthenticateResult.Fail(new TokenRefusedException(problem));
        }

        if (credential.Kind != CredentialKind.Token)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            var caller = await checkers.For(Scheme.Name, Options).CheckAsync(credential.Value, Context.RequestAborted);
            return AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name));
        }
        catch (Exception exception) when (exception is TokenRefusedException or IssuerUnavailableException)
        {
            return AuthenticateResult.Fail(exception);
        }
    }
}

/// <summary>The checker of each scheme, which lives as long as the process: it holds the issuer's keys.</summary>
internal sealed class TokenCheckers(TimeProvider time, ILogger<TokenChecker> logger) : IDisposable
{
    private readonly Lock _making = new();
    private readonly Dictionary<string, TokenChecker> _byScheme = new(StringComparer.Ordinal);

    public TokenChecker For(string scheme, JwtBearerOptions options)
    {
        lock (_making)
        {
            return _byScheme.TryGetValue(scheme, out var checker)
                ? checker
                : _byScheme[scheme] = new TokenChecker(options, time, logger);
        }
    }

    public void Dispose()
    {
        foreach (var checker in _byScheme.Values)
        {
            checker.Dispose();
        }
    }
}
