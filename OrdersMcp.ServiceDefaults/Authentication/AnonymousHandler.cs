using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Admits requests without a credential if the <see cref="AnonymousAccessPolicy"/> allows it.</summary>
internal sealed class AnonymousHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AnonymousAccessPolicy anonymous)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private static readonly AuthenticationTicket Ticket = new(
        CallerClaims.Principal(CallerClaims.AnonymousScheme, CallerClaims.Anonymous, client: null, scopes: []), CallerClaims.AnonymousScheme);

    private static readonly AuthenticateResult Anybody = AuthenticateResult.Success(Ticket);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        anonymous.Refuses(Context) is { } reason ? AuthenticateResult.Fail(new NoCredentialException(reason)) : Anybody);
}

/// <summary>A request without a credential is denied. The message, which the client sees, gives the reason.</summary>
internal sealed class NoCredentialException(string message) : Exception(message);
