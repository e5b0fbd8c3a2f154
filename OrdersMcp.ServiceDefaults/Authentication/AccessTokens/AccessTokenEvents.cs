using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>
/// Extends the package's check of a token. Before it, this rejects tokens that the package would accept, and loads the keys;
/// after it, this determines the caller. If a token is not a JWT, this asks the issuer about it instead.
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
                // Of another scheme: as good as none, and so without an error code (RFC 6750, section 3.1).
                throw credential.IsForeign ? new NoCredentialException(problem) : new TokenRefusedException(problem);
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
        catch (Exception exception) when (exception is TokenRefusedException or NoCredentialException or IssuerUnavailableException)
        {
            Refuse(context, exception);
        }
        catch (OperationCanceledException exception)
        {
            Refuse(context, new IssuerUnavailableException("The caller cancelled the request before the issuer responded.", exception));
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

    /// <summary>Reports the package's finding. Other exceptions are not caused by the token and stay as they are.</summary>
    public override Task AuthenticationFailed(AuthenticationFailedContext context)
    {
        var reason = context.Exception switch
        {
            SecurityTokenNoExpirationException => "the token never expires (exp)",
            SecurityTokenExpiredException => "the token has expired (exp)",
            SecurityTokenNotYetValidException => "the token is not valid yet (nbf)",
            SecurityTokenInvalidAudienceException => "the token is for another server (aud)",
            SecurityTokenInvalidIssuerException => "the token is from another issuer (iss)",
            SecurityTokenInvalidSignatureException => "the token's signature is not from its issuer",
            SecurityTokenException or ArgumentException => "the token is not well formed", // ArgumentException: claims of the wrong type
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

    [LoggerMessage(LogLevel.Information, "Rejected an access token: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Error, "Checking an access token failed")]
    private partial void LogFailed(Exception exception);
}
