using System.Net;
using Npgsql;
using OrdersMcp.Api.Data;
using OrdersMcp.Api.Exports;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Api;

/// <summary>The API in production with the demo data, and steps of tests that export orders.</summary>
internal static class ExportApi
{
    /// <summary>Leaves queued exports to the test.</summary>
    public static readonly (string, string)[] NoWorkers = [("Exports:Workers", "0")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ApiFactory> StartAsync(string connectionString, params (string, string)[] settings)
    {
        var api = new ApiFactory(connectionString, demo: true, environment: "Production", settings);
        await api.IsReadyAsync(Cancellation);
        return api;
    }

    /// <summary>Waits until an export has ended.</summary>
    public static async Task<Answer> EndAsync(HttpClient client, string id)
    {
        Answer? job = null;
        await Until.TrueAsync(async () =>
        {
            job = await client.AskAsync($"/exports/{id}");
            Assert.Equal(HttpStatusCode.OK, job.Status);
            return job.Text("status") is not ("queued" or "running");
        }, TimeSpan.FromMinutes(1), () => $"The export is still {job!.Text("status")}.");
        return job!;
    }

    /// <summary>A piece of a document.</summary>
    public static ExportChunk Piece(ExportWork work, int number = 1) =>
        new() { ExportId = work.Id, Number = number, Content = "piece"u8.ToArray() };

    /// <summary>Runs a statement as the owner of the database.</summary>
    public static async Task RunAsync(string connectionString, string sql)
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
