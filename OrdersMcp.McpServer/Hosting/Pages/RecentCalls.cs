using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Html;
using OrdersMcp.McpServer.Audit;
using OrdersMcp.ServiceDefaults.Authentication;
using static OrdersMcp.ServiceDefaults.Pages.LandingPage;

namespace OrdersMcp.McpServer.Hosting.Pages;

/// <summary>
/// The latest tool calls in the audit log: those of all replicas, including earlier runs. It shows neither arguments nor
/// callers.
/// </summary>
internal sealed class RecentCalls(
    AuditStore audit, CallerAccess access, TimeProvider time)
{
    private const int Most = 15;

    /// <summary>A person waits for the page; the resilience pipeline would retry for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async ValueTask<IHtmlContent> WriteAsync(ClaimsPrincipal caller, CancellationToken cancellationToken) => Html(
        $"""
         <h2 id="calls">Latest tool calls</h2>
         {await ReadAsync(caller, cancellationToken)}

         """);

    private async ValueTask<IHtmlContent> ReadAsync(ClaimsPrincipal caller, CancellationToken cancellationToken)
    {
        if (audit.Current is not { } store)
        {
            return Html($"<p>Tool calls are not on record here: {AuditStore.Missing}.</p>");
        }

        if (!access.Has(caller, store.ReadScopes))
        {
            return Html($"<p>They are shown to callers with the scope <code>{string.Join(' ', store.ReadScopes)}</code>.</p>");
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return Table(await store.ReadAsync(traceId: null, Most, either.Token));
        }
        catch (Exception exception) when (exception.IsOfStore() || (exception is OperationCanceledException && patience.IsCancellationRequested))
        {
            return Html($"<p>The store of the records cannot be read now. <code>{store.Name}</code>: {exception.Message}</p>");
        }
    }

    private static IHtmlContent Table(IReadOnlyList<AuditRecord> records) => records.Count == 0
        ? Html($"<p>There is none yet. A call appears here about a second after its end.</p>")
        : Html(
            $"""
             <div class="scroll" role="region" aria-labelledby="calls" tabindex="0">
             <table>
             <thead><tr><th scope="col">Time (UTC)</th><th scope="col">Tool</th><th scope="col">Outcome</th><th scope="col">Duration</th><th scope="col">Trace</th></tr></thead>
             <tbody>
             {Html(records.Select(Row))}
             </tbody>
             </table>
             </div>
             """);

    private static IHtmlContent Row(AuditRecord record)
    {
        var at = record.At.ToUniversalTime();
        return Html(
            $"""
             <tr><td><time datetime="{at.ToString("O", CultureInfo.InvariantCulture)}">{at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}</time></td><td><code>{record.Tool}</code></td><td>{record.Outcome}</td><td class="number">{record.DurationMs.ToString("0.0", CultureInfo.InvariantCulture)} ms</td><td><code>{record.TraceId ?? ""}</code></td></tr>

             """);
    }
}
