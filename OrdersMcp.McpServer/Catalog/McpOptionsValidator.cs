using Microsoft.Extensions.Options;

namespace OrdersMcp.McpServer.Catalog;

/// <summary>Checks the configuration at start; each problem names its setting.</summary>
internal sealed class McpOptionsValidator : IValidateOptions<McpOptions>
{
    public ValidateOptionsResult Validate(string? name, McpOptions options)
    {
        var problems = new List<string>();
        if (options.Apis.Count == 0)
        {
            problems.Add("Mcp:Apis names no API. Set at least Mcp:Apis:0:Name and Mcp:Apis:0:Document.");
        }

        for (var i = 0; i < options.Apis.Count; i++)
        {
            var api = options.Apis[i];
            if (api.Name.Length == 0)
            {
                problems.Add($"Mcp:Apis:{i}:Name is missing.");
            }
            else if (options.Apis.Take(i).Any(other => other.Name == api.Name))
            {
                problems.Add($"Mcp:Apis:{i}:Name is '{api.Name}', which another API has too.");
            }

            if (!IsAddress(api.Document))
            {
                problems.Add($"Mcp:Apis:{i}:Document is '{api.Document}', which is no http(s) address.");
            }

            if (api.BaseAddress is not null && !IsAddress(api.BaseAddress))
            {
                problems.Add($"Mcp:Apis:{i}:BaseAddress is '{api.BaseAddress}', which is no http(s) address.");
            }
        }

        if (options.RefreshInterval <= TimeSpan.Zero)
        {
            problems.Add("Mcp:RefreshInterval must be longer than zero.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme.Split('+').All(scheme => scheme is "http" or "https");
}
