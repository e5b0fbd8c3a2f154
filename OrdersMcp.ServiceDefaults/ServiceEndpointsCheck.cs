using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;

namespace OrdersMcp.ServiceDefaults;

/// <summary>
/// Checks the configured endpoints of services (<c>services:{service}:{endpoint}:{index}</c>) before the first is resolved.
/// The resolver reports an invalid endpoint without its setting, and reads <c>host:port</c> as an https address.
/// </summary>
internal sealed class ServiceEndpointsCheck(IConfiguration configuration) : IValidateOptions<ServiceDiscoveryOptions>
{
    public ValidateOptionsResult Validate(string? name, ServiceDiscoveryOptions options)
    {
        var problems = configuration.GetSection("services").GetChildren()
            .SelectMany(service => service.GetChildren())
            .SelectMany(endpoint => string.IsNullOrEmpty(endpoint.Value) ? endpoint.GetChildren() : [endpoint])
            .Where(setting => !IsUrl(setting.Value))
            .Select(setting => $"{setting.Path} is '{setting.Value}'; it must be a URL such as http://localhost:5080.")
            .ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsUrl(string? text) => text is not null && text.Contains("://", StringComparison.Ordinal)
        && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0;
}
