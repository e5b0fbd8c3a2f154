namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>The credentials that a service accepts, if it requires one.</summary>
/// <param name="Keys">Whether it accepts API keys.</param>
/// <param name="Tokens">Whether it accepts access tokens.</param>
public sealed record AcceptedCredentials(bool Keys, bool Tokens);
