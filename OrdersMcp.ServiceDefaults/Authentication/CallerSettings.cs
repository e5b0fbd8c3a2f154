using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// The current settings. A valid change of the configuration, such as a new key, takes effect without a restart. An invalid
/// change is ignored, so that a typing error neither admits anybody nor locks everybody out.
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

    /// <summary>The provider treats an unreadable file as empty, which must not count as a change.</summary>
    private void IsUnreadable(FileConfigurationProvider provider, Exception exception)
    {
        lock (_unreadable)
        {
            _unreadable.Add(provider);
        }

        LogRefused($"{exception.Message} {exception.InnerException?.Message}");
    }

    /// <summary>A provider reports a change only if it could read its file, or if the file is gone.</summary>
    private void IsReadable(FileConfigurationProvider provider)
    {
        bool wasUnreadable;
        lock (_unreadable)
        {
            wasUnreadable = _unreadable.Remove(provider);
        }

        if (wasUnreadable)
        {
            TakeOver(); // the reload token of the configuration may fire before or after this
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
            LogRefused("a settings file is unreadable");
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

        changed.AllowAnonymous = _current.AllowAnonymous; // only a restart can allow anonymous access
        _current = changed;
    }

    [LoggerMessage(LogLevel.Error, "Ignored a change of the authentication settings because it is invalid: {Problem}")]
    private partial void LogRefused(string problem);
}
