namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The settings <c>Access:…</c> of <c>grant-access</c>, which name either an Entra ID identity or the passwords of two
/// logins.
/// </summary>
internal sealed class AccessOptions
{
    public const string Section = "Access";

    private const string Usage =
        "Specify who gets access: an Entra ID identity by Access:Role and Access:ObjectId (Access__Role, Access__ObjectId), or "
        + "logins by Access:OwnerPassword and Access:ServicePassword (Access__OwnerPassword, Access__ServicePassword).";

    /// <summary>The name of the identity, and of its role.</summary>
    public string? Role { get; set; }

    /// <summary>The object id of the identity.</summary>
    public string? ObjectId { get; set; }

    /// <summary>The login of the database owner.</summary>
    public string? Owner { get; set; }

    /// <summary>The password of the database owner.</summary>
    public string? OwnerPassword { get; set; }

    /// <summary>The password of the service's login.</summary>
    public string? ServicePassword { get; set; }

    internal bool IsIdentity => !string.IsNullOrEmpty(Role) && !string.IsNullOrEmpty(ObjectId);

    internal string OwnerName => string.IsNullOrEmpty(Owner) ? PasswordLogins.DefaultOwner : Owner;

    /// <summary>The problems of the settings. Each names its setting.</summary>
    public IEnumerable<string> Problems()
    {
        if (IsIdentity)
        {
            yield break;
        }

        if (string.IsNullOrEmpty(OwnerPassword) || string.IsNullOrEmpty(ServicePassword))
        {
            yield return Usage;
        }

        if (ServiceRole.NameProblem(PasswordLogins.OwnerSetting, OwnerName) is { } problem)
        {
            yield return problem;
        }
    }
}
