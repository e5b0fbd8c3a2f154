using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using StackExchange.Redis;

namespace OrdersMcp.McpServer.Limits;

/// <summary>Checks the settings of the store at start. Each problem names its setting; none contains the connection string.</summary>
internal sealed class LimitStoreOptionsValidator(IOptions<OpenApiToolsOptions> tools) : IValidateOptions<LimitStoreOptions>
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(5);

    public ValidateOptionsResult Validate(string? name, LimitStoreOptions options)
    {
        var problems = new List<string>();
        if (options.Timeout < ShortestTimeout || options.Timeout > LongestTimeout)
        {
            problems.Add($"{LimitStoreOptions.Section}:{nameof(options.Timeout)} must be from 5 milliseconds (00:00:00.005) to 5 seconds (00:00:05).");
        }

        if (!Enum.IsDefined(options.WhenAway))
        {
            problems.Add($"{LimitStoreOptions.Section}:{nameof(options.WhenAway)} must be Open or Closed.");
        }

        if (options.IsOn && !IsConnectionString(options.ConnectionString))
        {
            problems.Add($"ConnectionStrings:{LimitStoreOptions.Connection} is not a connection string of StackExchange.Redis, such as HOST:6380,ssl=true,user=USER,password=PASSWORD.");
        }

        if (options.IsOn && tools.Value.SigningKey is null)
        {
            problems.Add($"ConnectionStrings:{LimitStoreOptions.Connection} needs Mcp:SigningKey, the same in all replicas: it turns the names of callers into keys of the store.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text, ignoreUnknown: false).EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            return false; // the message can contain a part of the text, and so of a password
        }
    }
}
