namespace OrdersMcp.AppHost.Embedded;

/// <summary>The launch profile that <c>dotnet run</c> or an IDE started this host with.</summary>
internal static class LaunchProfile
{
    /// <summary>What <c>dotnet run</c> and IDEs say it in.</summary>
    public const string Variable = "DOTNET_LAUNCH_PROFILE";

    /// <summary>Nobody who asks for TLS gets plain HTTP without being told.</summary>
    /// <exception cref="OptionException">The profile is https, which this build does not serve.</exception>
    public static void MustBeServed(string? profile)
    {
        if (string.Equals(profile, "https", StringComparison.OrdinalIgnoreCase))
        {
            throw new OptionException(
                "The launch profile https is for the build with Aspire: without a container engine the stack speaks plain "
                + "HTTP, on loopback only. Take the profile http (or no --launch-profile), or start a container engine.");
        }
    }
}
