using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.ApiKeys;

/// <summary>Authenticates a request by its API key, in <c>X-API-Key</c> or as a Bearer token.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var credential = Credential.Of(Request);
        if (credential.Kind != CredentialKind.ApiKey)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        try
        {
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(keys.Find(credential.Value), Scheme.Name)));
        }
        catch (KeyRefusedException exception)
        {
            return Task.FromResult(AuthenticateResult.Fail(exception));
        }
    }
}
