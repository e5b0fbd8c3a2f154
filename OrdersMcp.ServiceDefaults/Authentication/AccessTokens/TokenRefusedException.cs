namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>A token is not accepted; the message, which a client is told, says why and nothing of the token.</summary>
internal sealed class TokenRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Whether a token is to be accepted cannot be known now: what its issuer says is needed and not to be had.</summary>
internal sealed class IssuerUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
