using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Http;

namespace OrdersMcp.Api.Exports;

/// <summary>Streams the document of an export from the database in chunks.</summary>
internal sealed class ExportContentResponse(Export export, NpgsqlDataSource database) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) =>
        database.UseAsync(connection => SendAsync(connection, httpContext), httpContext.RequestAborted);

    /// <returns>Whether there was a document.</returns>
    private async Task<bool> SendAsync(NpgsqlConnection connection, HttpContext httpContext)
    {
        // One statement sees all chunks, even if the document expires meanwhile.
        var cancellationToken = httpContext.RequestAborted;
        await using var command = new NpgsqlCommand(
            "SELECT content FROM export_chunks WHERE export_id = $1 ORDER BY number", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = export.Id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var isThere = await reader.ReadAsync(cancellationToken);
        if (!isThere)
        {
            await ExportProblems.Expired(export).ExecuteAsync(httpContext);
            return false;
        }

        var (type, extension) = export.Format == ExportFormat.Csv
            ? ("text/csv; charset=utf-8; header=present", "csv")
            : ("application/json; charset=utf-8", "json");
        var response = httpContext.Response;
        response.ContentType = type;
        response.ContentLength = export.Size;
        response.Headers.ETag = EntityTag.Of(export.Version);
        response.Headers.ContentDisposition = $"attachment; filename=\"orders-{export.Id:N}.{extension}\"";
        response.Headers.XContentTypeOptions = "nosniff";
        while (isThere)
        {
            await response.Body.WriteAsync(reader.GetFieldValue<byte[]>(0), cancellationToken);
            isThere = await reader.ReadAsync(cancellationToken);
        }

        return true;
    }
}
