using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// The settings as they are now. A change of the configuration, such as another key, is taken over without a restart,
/// where it is valid: a slip of the pen neither lets anybody in nor locks everybody out.
/// </summary>
public sealed partial class CallerSettings : IDisposable
{
    private readonly IDisposable _changes;
    private readonly IConfiguration _configuration;
    private readonly ILogger _logger;
    private volatile CallerAuthenticationOptions _current;

    public CallerSettings(
        IOptions<CallerAuthenticationOptions> options, IConfiguration configuration, ILogger<CallerSettings> logger)
    {
        (_current, _configuration, _logger) = (options.Value, configuration, logger);
        _changes = ChangeToken.OnChange(configuration.GetReloadToken, TakeOver);
    }

    public CallerAuthenticationOptions Current => _current;

    public void Dispose() => _changes.Dispose();

    private void TakeOver()
    {
        var changed = new CallerAuthenticationOptions();
        try
        {
            _configuration.GetSection(CallerAuthenticationOptions.Section).Bind(changed);
        }
        catch (InvalidOperationException exception)
        {
            LogRefused(exception.Message);
            return;
        }

        if (changed.Problems().FirstOrDefault() is { } problem)
        {
            LogRefused(problem);
            return;
        }

        changed.AllowAnonymous = _current.AllowAnonymous; // a door is opened by who starts the server
        _current = changed;
    }

    [LoggerMessage(LogLevel.Error, "The changed settings of authentication are not valid and not taken over: {Problem}")]
    private partial void LogRefused(string problem);
}
