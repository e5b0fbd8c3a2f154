namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>The credentials that a service takes, where it asks for one.</summary>
/// <param name="Keys">Whether it takes API keys.</param>
/// <param name="Tokens">Whether it takes access tokens.</param>
public sealed record AcceptedCredentials(bool Keys, bool Tokens);
