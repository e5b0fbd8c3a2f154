using OrdersMcp.Api.Http.OpenApi;

namespace OrdersMcp.Api.Changes;

/// <summary>
/// The OpenAPI document that readers should have. While replicas of two versions run, it is that of the replica that started
/// last; when that one stops, each replica goes back to its own. Replicas learn of each other by notices in PostgreSQL. A
/// replica that is killed leaves no notice: readers that look for its document then find none, and take what there is.
/// </summary>
internal sealed class LatestDocument(ServedDocument document, ChangeStreams streams)
{
    private const string Started = "started ";
    private const string Stopped = "stopped ";

    private volatile string? _latest;

    /// <summary>The entity tag of the document of this replica.</summary>
    public async Task<string> OwnAsync() => (await document.ReadAsync()).Tag.ToString();

    /// <summary>The entity tag of the document that readers should have.</summary>
    public async Task<string> TagAsync() => _latest ?? await OwnAsync();

    /// <summary>The notice of a replica that gets requests from now on.</summary>
    public static string StartedWith(string tag) => Started + tag;

    /// <summary>The notice of a replica that answers no more requests.</summary>
    public static string StoppedWith(string tag) => Stopped + tag;

    /// <summary>Tells the streams of this replica what the notice of a replica means for their readers.</summary>
    public async Task HearAsync(string notice)
    {
        if (notice.StartsWith(Started, StringComparison.Ordinal))
        {
            _latest = notice[Started.Length..];
        }
        else if (notice.StartsWith(Stopped, StringComparison.Ordinal))
        {
            _latest = notice[Stopped.Length..] == _latest ? null : _latest;
        }
        else
        {
            return; // of a later version
        }

        streams.Publish(new DocumentChange(await TagAsync()));
    }
}
