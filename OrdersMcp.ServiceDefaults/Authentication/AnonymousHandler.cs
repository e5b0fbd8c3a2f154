using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>Lets in who brings no credential, where the <see cref="AnonymousAccessPolicy"/> is open.</summary>
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

/// <summary>A request brings no credential and is not let in without; the message, which a client is told, says why.</summary>
internal sealed class NoCredentialException(string message) : Exception(message);
