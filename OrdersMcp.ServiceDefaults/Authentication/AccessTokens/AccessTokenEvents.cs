using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// What comes before and after the package's check of a token: before, what it would let pass, and the keys; after, who
/// calls. A token that is no JWT is asked about instead.
/// </summary>
internal sealed partial class AccessTokenEvents(TokenRules rules, TokenIntrospection introspection, ILogger<AccessTokenEvents> logger)
    : JwtBearerEvents
{
    public override async Task MessageReceived(MessageReceivedContext context)
    {
        var credential = Credential.Of(context.Request);
        if (credential.Kind != CredentialKind.Token)
        {
            context.NoResult();
            return;
        }

        try
        {
            if (credential.Problem is { } problem)
            {
                throw new TokenRefusedException(problem);
            }

            if (TokenForm.IsJwt(credential.Value) && context.Options.HasIssuer())
            {
                var header = TokenForm.ReadHeader(credential.Value);
                rules.CheckHeader(header);
                await ((IssuerKeys)context.Options.ConfigurationManager!).GetAsync(header.KeyId, context.HttpContext.RequestAborted);
                context.Token = credential.Value;
            }
            else
            {
                context.Principal = await introspection.CheckAsync(credential.Value, context.HttpContext.RequestAborted);
                context.Success();
            }
        }
        catch (Exception exception) when (exception is TokenRefusedException or IssuerUnavailableException)
        {
            Refuse(context, exception);
        }
        catch (OperationCanceledException exception)
        {
            Refuse(context, new IssuerUnavailableException("The caller gave up before the issuer answered.", exception));
        }
    }

    public override Task TokenValidated(TokenValidatedContext context)
    {
        try
        {
            var claims = TokenForm.ReadObject(((JsonWebToken)context.SecurityToken).EncodedPayload);
            rules.CheckTimes(claims);
            context.Principal = rules.Caller(claims);
        }
        catch (TokenRefusedException exception)
        {
            Refuse(context, exception);
        }

        return Task.CompletedTask;
    }

    /// <summary>Says what the package found. Anything else that went wrong is not the token's fault, and stays what it is.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        var reason = context.Exception switch
        {
            SecurityTokenNoExpirationException => "the token never expires (exp)",
            SecurityTokenExpiredException => "the token has expired (exp)",
            SecurityTokenNotYetValidException => "the token does not hold yet (nbf)",
            SecurityTokenInvalidAudienceException => "the token is for another server (aud)",
            SecurityTokenInvalidIssuerException => "the token is of another issuer (iss)",
            SecurityTokenInvalidSignatureException => "the token's signature is not of its issuer",
            SecurityTokenException or ArgumentException => "the token is not well formed", // the latter of claims of a wrong type
            _ => null,
        };
        if (reason is null)
        {
            LogFailed(context.Exception);
        }
        else
        {
            Refuse(context, new TokenRefusedException(reason, context.Exception));
        }

        return Task.CompletedTask;
    }

    private void Refuse(ResultContext<JwtBearerOptions> context, Exception exception)
    {
        LogRefused(exception.Message);
        context.Fail(exception);
    }

    [LoggerMessage(LogLevel.Information, "An access token is not accepted: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Error, "The check of an access token failed")]
    private partial void LogFailed(Exception exception);
}
