using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>Checks the configuration at start; each problem names its setting.</summary>
internal sealed class OpenApiToolsOptionsValidator : IValidateOptions<OpenApiToolsOptions>
{
    private const int LongestPrefix = 20;
    private const int ShortestLongestName = 30;
    private const int LongestLongestName = 128; // the limit of the protocol
    private const int SmallestBudget = 1024;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>A caller's credentials, which only this app itself may get: it is where the caller sent them.</summary>
    private static readonly HashSet<string> Credentials = new(["Authorization", "X-API-Key", "Cookie"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The first two are for this server only. The others belong to a single connection.</summary>
    private static readonly HashSet<string> NeverForwarded = new(
        [
            "OrdersMcp-On-Behalf-Of", "Proxy-Authorization", "Host", "Connection", "Content-Length",
            "Content-Type", "Transfer-Encoding", "TE", "Upgrade", "Idempotency-Key",
        ],
        StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? name, OpenApiToolsOptions options)
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

            problems.AddRange(Check(api).Select(problem => $"Mcp:Apis:{i}:{problem}"));
        }

        problems.AddRange(Check(options.Server).Select(problem => $"Mcp:Server:{problem}"));

        if (options.RefreshInterval <= TimeSpan.Zero)
        {
            problems.Add("Mcp:RefreshInterval must be longer than zero.");
        }

        if (options.ResultByteBudget < SmallestBudget)
        {
            problems.Add($"Mcp:ResultByteBudget is {options.ResultByteBudget}; it must be at least {SmallestBudget}.");
        }

        if (options.ToolsPerPage < 1)
        {
            problems.Add("Mcp:ToolsPerPage must be at least 1.");
        }

        if (options.ToolList.TokenBudget < 1)
        {
            problems.Add("Mcp:ToolList:TokenBudget must be at least 1.");
        }

        if (options.ToolList is { Pinned.Count: > 0, Mode: null or ToolListMode.All })
        {
            problems.Add("Mcp:ToolList:Pinned is for the modes Search and Auto: set Mcp:ToolList:Mode. Without a search every tool is listed.");
        }

        if (options.ItemsPerPage < 1)
        {
            problems.Add("Mcp:ItemsPerPage must be at least 1.");
        }

        if (options.ResourceByteBudget < SmallestBudget)
        {
            problems.Add($"Mcp:ResourceByteBudget is {options.ResourceByteBudget}; it must be at least {SmallestBudget}.");
        }

        if (options.MaxSubscriptionStreams < 0)
        {
            problems.Add("Mcp:MaxSubscriptionStreams must not be negative; 0 allows no stream.");
        }

        if (options.SigningKey is { } key && SigningSecret.Read(key) is null)
        {
            problems.Add($"Mcp:SigningKey {SigningSecret.Rule}");
        }

        for (var i = 0; i < options.AcceptedSigningKeys.Count; i++)
        {
            if (options.AcceptedSigningKeys[i] is { Length: > 0 } accepted && SigningSecret.Read(accepted) is null)
            {
                problems.Add($"Mcp:AcceptedSigningKeys:{i} {SigningSecret.Rule}");
            }
        }

        if (options.SigningKey is null && options.AcceptedSigningKeys.Exists(accepted => accepted.Length > 0))
        {
            problems.Add("Mcp:AcceptedSigningKeys adds keys to Mcp:SigningKey, which is missing.");
        }

        if (options.ConfirmationLifetime <= TimeSpan.Zero || options.ConfirmationLifetime > LongestWait)
        {
            problems.Add($"Mcp:ConfirmationLifetime is {options.ConfirmationLifetime}; it must be longer than zero and "
                + $"at most {LongestWait}.");
        }

        if (options.LongestJobWait < TimeSpan.Zero || options.LongestJobWait > LongestWait)
        {
            problems.Add($"Mcp:LongestJobWait is {options.LongestJobWait}; it must be from zero to {LongestWait}.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Check(ServerOptions server)
    {
        if (server.Name is { } name && string.IsNullOrWhiteSpace(name))
        {
            yield return "Name is empty. Leave it out for its default.";
        }

        if (server.Title is { } title && string.IsNullOrWhiteSpace(title))
        {
            yield return "Title is empty. Leave it out for its default.";
        }

        if (server.WebsiteUrl is { } website && !IsOf(website, "http", "https"))
        {
            yield return $"WebsiteUrl is '{website}', which is not an http(s) URL.";
        }

        for (var i = 0; i < server.Icons.Count; i++)
        {
            if (!IsOf(server.Icons[i].Source, "https", "data"))
            {
                yield return $"Icons:{i}:Source must be an https address or a data URI.";
            }

            if (server.Icons[i].Theme is not (null or "light" or "dark"))
            {
                yield return $"Icons:{i}:Theme is '{server.Icons[i].Theme}'; it must be light or dark.";
            }
        }
    }

    private static bool IsOf(string address, params string[] schemes) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme);

    private static IEnumerable<string> Check(ApiOptions api)
    {
        if (api.InProcess && (api.HasCredentials || api.BaseAddress is not null))
        {
            yield return "InProcess is set, so that calls have the caller's identity and no address: leave out BaseAddress and credentials.";
        }

        if (!api.InProcess && !DocumentAddress.IsAddress(api.Document) && !File.Exists(DocumentAddress.PathOf(api.Document)))
        {
            yield return $"Document is '{DocumentAddress.Redacted(api.Document)}', which is neither an http(s) address nor a file.";
        }

        if (api.BaseAddress is not null && !DocumentAddress.IsAddress(api.BaseAddress))
        {
            yield return $"BaseAddress is '{DocumentAddress.Redacted(api.BaseAddress)}', which is not an http(s) address.";
        }

        if (api.CredentialOrigins?.Find(origin => !DocumentAddress.IsAddress(origin)) is { } foreign)
        {
            yield return $"CredentialOrigins has '{DocumentAddress.Redacted(foreign)}', which is not an http(s) address.";
        }

        if (api.IncludeOperations is { Count: > 0 } && api.ExcludeOperations is { Count: > 0 })
        {
            yield return "IncludeOperations and ExcludeOperations are both set; only one of them can be.";
        }

        if (api.IncludeTags is { Count: > 0 } && api.ExcludeTags is { Count: > 0 })
        {
            yield return "IncludeTags and ExcludeTags are both set; only one of them can be.";
        }

        if (api.NamePrefix.Length > LongestPrefix
            || api.NamePrefix.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-' or '.')))
        {
            yield return $"NamePrefix is '{api.NamePrefix}'; it takes at most {LongestPrefix} letters, digits and _ - .";
        }

        if (api.ForwardHeaders.Find(header => NeverForwarded.Contains(header) || (!api.InProcess && Credentials.Contains(header))) is { } forbidden)
        {
            yield return $"ForwardHeaders has '{forbidden}', which is never passed on: it belongs to the caller or to the connection. "
                + "Set Headers or BearerToken for the API's credentials.";
        }

        if (api.Headers.Keys.Concat(api.ForwardHeaders).FirstOrDefault(header => !HeaderName.IsLegal(header)) is { } illegal)
        {
            yield return $"Headers or ForwardHeaders has '{illegal}', which is not a valid header name.";
        }

        if (api.Headers.FirstOrDefault(header => header.Value.AsSpan().ContainsAny('\r', '\n')).Key is { } broken)
        {
            yield return $"Headers:{broken} has a line break.";
        }

        if (api.Overlays.Find(overlay => !File.Exists(overlay)) is { } missing)
        {
            yield return $"Overlays has '{Path.GetFullPath(missing)}', which is not a file.";
        }

        if (api.Skills is { } skills && !Directory.Exists(skills))
        {
            yield return $"Skills is '{Path.GetFullPath(skills)}', which is no folder.";
        }

        if (api.LongestName is < ShortestLongestName or > LongestLongestName)
        {
            yield return $"LongestName is {api.LongestName}; it must be from {ShortestLongestName} to {LongestLongestName}.";
        }

        if (api.OAuth is { } oauth)
        {
            if (!DocumentAddress.IsAddress(oauth.TokenUrl))
            {
                yield return $"OAuth:TokenUrl is '{DocumentAddress.Redacted(oauth.TokenUrl)}', which is not an http(s) address.";
            }

            if (oauth.ClientId.Length == 0)
            {
                yield return "OAuth:ClientId is missing.";
            }

            if (api.BearerToken is not null)
            {
                yield return "BearerToken and OAuth are both set; only one of them can be.";
            }
        }

        if (api.Servers.FirstOrDefault(server => !DocumentAddress.IsAddress(server.Value)) is { Key: { } host } wrong)
        {
            yield return $"Servers:{host} is '{DocumentAddress.Redacted(wrong.Value)}', which is not an http(s) address.";
        }

        if (api.Timeout <= TimeSpan.Zero)
        {
            yield return "Timeout must be longer than zero.";
        }
    }
}
