using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>Ends the start if the settings would accept wrong tokens, or no tokens. Each message names its setting.</summary>
internal sealed class AccessTokenValidation(IOptions<AccessTokenOptions> more) : IValidateOptions<JwtBearerOptions>
{
    public ValidateOptionsResult Validate(string? name, JwtBearerOptions options)
    {
        var problems = options.IsConfigured(more.Value) ? Problems(options).ToArray() : [];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(JwtBearerOptions options)
    {
        (string Key, string? Address)[] addresses =
        [
            (nameof(options.Authority), options.Authority),
            (nameof(options.MetadataAddress), options.MetadataAddress),
            ($"{nameof(more.Value.Introspection)}:{nameof(more.Value.Introspection.Endpoint)}", more.Value.Introspection.Endpoint),
        ];
        foreach (var (key, address) in addresses.Where(each => !string.IsNullOrEmpty(each.Address)))
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                yield return $"{AccessTokenOptions.Section}:{key} is '{address}', which is not an http or https URL.";
            }
            else if (uri.Scheme == "http" && options.RequireHttpsMetadata)
            {
                yield return $"{AccessTokenOptions.Section}:{key} is '{address}': tokens are only as safe as the connection to their issuer. "
                    + $"Use https, or set {AccessTokenOptions.Section}:RequireHttpsMetadata to false for a test on this machine.";
            }
        }

        if (!options.Audiences().Any(audience => audience.Length > 0))
        {
            yield return $"{AccessTokenOptions.Section}:Audience is missing. Set it, or Authentication:Resource, to the canonical URI of "
                + "this server: it must not accept tokens for other servers.";
        }

        if (more.Value.ClockSkew < TimeSpan.Zero || more.Value.ClockSkew > AccessTokenOptions.LongestClockSkew)
        {
            yield return $"{AccessTokenOptions.Section}:ClockSkew is {more.Value.ClockSkew}; it must be 0 to "
                + $"{AccessTokenOptions.LongestClockSkew.TotalSeconds:0} seconds.";
        }

        if (more.Value.Algorithms.Except(AccessTokenOptions.KnownAlgorithms, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            yield return $"{AccessTokenOptions.Section}:ValidAlgorithms has '{unknown}'; it supports "
                + $"{string.Join(", ", AccessTokenOptions.KnownAlgorithms)}.";
        }
    }
}
