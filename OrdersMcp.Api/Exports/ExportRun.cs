using System.Data;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Orders;

namespace OrdersMcp.Api.Exports;

/// <summary>
/// Writes the document of an export page by page, from one database snapshot, with no more in memory than one page and one
/// chunk.
/// </summary>
internal sealed class ExportRun(OrdersDbContext db, ExportQueue queue, ExportWork work)
{
    private const int PageSize = 500;
    private const int PieceSize = 256 * 1024;

    private int _pieces;
    private long _bytes;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var list = work.Request.ToList();
        await using var snapshot = await db.Database.BeginTransactionAsync(
            IsolationLevel.RepeatableRead, cancellationToken);
        var total = await db.CountOrdersAsync(list, ExportLimits.MaxOrders + 1, cancellationToken);
        if (total > ExportLimits.MaxOrders)
        {
            await queue.FailAsync(work, TooMuch("orders", ExportLimits.MaxOrders), cancellationToken);
            return;
        }

        if (!await queue.SaveAsync(work, 0, total, piece: null, cancellationToken))
        {
            return;
        }

        var document = ExportDocument.Of(work.Format);
        document.Start();
        OrderPosition? after = null;
        for (var progress = 0; ;)
        {
            var page = await db.ReadOrdersToExportAsync(list, after, PageSize, cancellationToken);
            page.ForEach(document.Write);
            progress += page.Count;
            var isLast = page.Count < PageSize;
            if (isLast)
            {
                document.End();
            }
            else
            {
                after = new OrderPosition(page[^1].PlacedAt, page[^1].Id);
            }

            if (_bytes + document.BufferedBytes > ExportLimits.MaxBytes)
            {
                await queue.FailAsync(
                    work, TooMuch("bytes", ExportLimits.MaxBytes), cancellationToken);
                return;
            }

            var piece = isLast || document.BufferedBytes >= PieceSize ? Take(document) : null;
            if (!await queue.SaveAsync(work, progress, total, piece, cancellationToken))
            {
                return; // cancelled, or taken over by another worker
            }

            if (isLast)
            {
                await queue.SucceedAsync(work, cancellationToken);
                return;
            }
        }
    }

    private static string TooMuch(string what, long most) => string.Create(
        CultureInfo.InvariantCulture,
        $"The export would exceed {most:N0} {what}, the maximum. Narrow the filters, for example with placedFrom.");

    private ExportChunk Take(ExportDocument document)
    {
        var content = document.Take();
        _bytes += content.Length;
        return new ExportChunk { ExportId = work.Id, Number = ++_pieces, Content = content };
    }
}
