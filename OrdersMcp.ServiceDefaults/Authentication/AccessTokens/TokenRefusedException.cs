namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>A token is rejected. The message, which the client sees, gives the reason and nothing from the token.</summary>
internal sealed class TokenRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A token cannot be checked now, because its issuer does not provide the necessary data.</summary>
internal sealed class IssuerUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
