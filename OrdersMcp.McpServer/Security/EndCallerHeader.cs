using System.Security.Claims;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.McpServer.Security;

/// <summary>Tells the API for whom this server calls. Commands that serve no callers need it too, so it needs no settings.</summary>
internal sealed class EndCallerHeader : IIntroduction
{
    public string Header => OnBehalfOf.Header;

    public string Of(ClaimsPrincipal caller, string? program) => OnBehalfOf.Of(caller, program).ToHeader();
}
