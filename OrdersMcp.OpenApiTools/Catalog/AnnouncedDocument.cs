using System.Net.Http.Headers;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>
/// The document that an API has announced. While its replicas change, any of them may answer, so the reader asks again until
/// it gets this document. The search ends: the replica that announced it may be gone.
/// </summary>
internal sealed class AnnouncedDocument
{
    /// <summary>The requests of one reading. With a pause between them they take less than a second.</summary>
    public const int MaxRequests = 8;

    /// <summary>The readings in vain after which the document is forgotten: five minutes with the default interval.</summary>
    private const int MaxReadings = 20;

    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(75);

    private readonly Lock _lock = new();
    private string? _tag;
    private string? _answered;
    private int _readings;

    /// <summary>The API announces a document.</summary>
    /// <returns>Whether it is another than the one of the last answer.</returns>
    public bool Announce(string tag)
    {
        lock (_lock)
        {
            (_tag, _readings) = (Opaque(tag), 0);
            return _tag != _answered;
        }
    }

    /// <summary>The API answers with the document of this tag.</summary>
    /// <returns>Whether it has announced another.</returns>
    public bool Answer(EntityTagHeaderValue? tag)
    {
        lock (_lock)
        {
            _answered = tag is null ? null : Opaque(tag.Tag);
            return _tag is not null && _tag != _answered;
        }
    }

    /// <summary>A whole reading did not find it.</summary>
    public void Missed()
    {
        lock (_lock)
        {
            if (++_readings == MaxReadings)
            {
                _tag = null;
            }
        }
    }

    /// <summary>Compares weakly (RFC 9110, section 8.8.3.2): a proxy that compresses makes tags weak.</summary>
    private static string Opaque(string tag) => tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
}
