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
    private readonly List<IDisposable> _changes = [];
    private readonly IConfiguration _configuration;
    private readonly ILogger _logger;
    private readonly HashSet<FileConfigurationProvider> _unreadable = [];
    private volatile CallerAuthenticationOptions _current;

    public CallerSettings(
        IOptions<CallerAuthenticationOptions> options, IConfiguration configuration, ILogger<CallerSettings> logger)
    {
        (_current, _configuration, _logger) = (options.Value, configuration, logger);
        foreach (var provider in (configuration as IConfigurationRoot)?.Providers.OfType<FileConfigurationProvider>() ?? [])
        {
            provider.Source.OnLoadException += failure => IsUnreadable(failure.Provider, failure.Exception);
            _changes.Add(ChangeToken.OnChange(provider.GetReloadToken, () => IsReadable(provider)));
        }

        _changes.Add(ChangeToken.OnChange(configuration.GetReloadToken, TakeOver));
    }

    public CallerAuthenticationOptions Current => _current;

    public void Dispose() => _changes.ForEach(change => change.Dispose());

    /// <summary>A file that cannot be read counts as empty, which must not be taken for a change.</summary>
    private void IsUnreadable(FileConfigurationProvider provider, Exception exception)
    {
        lock (_unreadable)
        {
            _unreadable.Add(provider);
        }

        LogRefused($"{exception.Message} {exception.InnerException?.Message}");
    }

    /// <summary>A provider tells of a change only when it could read its file, or the file is gone.</summary>
    private void IsReadable(FileConfigurationProvider provider)
    {
        bool wasUnreadable;
        lock (_unreadable)
        {
            wasUnreadable = _unreadable.Remove(provider);
        }

        if (wasUnreadable)
        {
            TakeOver(); // of the configuration's own change it may be too early or too late to know
        }
    }

    private bool IsAnyUnreadable()
    {
        lock (_unreadable)
        {
            return _unreadable.Count > 0;
        }
    }

    private void TakeOver()
    {
        if (IsAnyUnreadable())
        {
            LogRefused("a settings file cannot be read");
            return;
        }

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

        if (changed.Problems(_configuration).FirstOrDefault() is { } problem)
        {
            LogRefused(problem);
            return;
        }

        changed.AllowAnonymous = _current.AllowAnonymous; // anonymous access is for whoever starts the server to allow
        _current = changed;
    }

    [LoggerMessage(LogLevel.Error, "The changed settings of authentication are not valid and not taken over: {Problem}")]
    private partial void LogRefused(string problem);
}
