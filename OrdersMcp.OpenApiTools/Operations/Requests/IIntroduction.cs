using System.Security.Claims;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>The header that tells an API on whose behalf it is called, as the host and the API agreed.</summary>
internal interface IIntroduction
{
    /// <summary>The name of the header. A caller's own header of this name is never passed on.</summary>
    string Header { get; }

    /// <summary>The value for a caller and its program.</summary>
    string Of(ClaimsPrincipal caller, string? program);
}
