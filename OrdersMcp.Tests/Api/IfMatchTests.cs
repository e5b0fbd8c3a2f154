using System.Net;

namespace OrdersMcp.Tests.Api;

/// <summary>The lists of entity tags in If-Match (RFC 9110, 5.6.1, 8.8.3 and 13.1.1).</summary>
[Trait("Category", "Postgres")]
public sealed class IfMatchTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("\"1\"")]
    [InlineData("1")]
    [InlineData("*")]
    [InlineData("\"1\",")]
    [InlineData(",\"1\"")]
    [InlineData(" , ,\t\"7\" ,, \"1\" , ")]
    [InlineData("\"a,b\", \"1\"")]
    [InlineData("W/\"9\", \"1\"")]
    public async Task List_with_the_version_is_accepted(string list) => Assert.Equal(HttpStatusCode.OK, (await AddNoteAsync(list)).Status);

    [Theory]
    [InlineData("\"a,1\"")]
    [InlineData("\"2\"")]
    [InlineData("\"\"")]
    [InlineData("W/\"1\"")]
    public async Task List_without_the_version_is_a_failed_precondition(string list) =>
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await AddNoteAsync(list)).Status);

    [Theory]
    [InlineData(",")]
    [InlineData("\"1\" \"2\"")]
    [InlineData("\"1")]
    [InlineData("v1")]
    [InlineData("*, \"1\"")]
    [InlineData("\"1\"; \"2\"")]
    public async Task Text_that_is_no_list_is_a_bad_request(string text) =>
        Assert.Contains("must be an ETag from a response", (await AddNoteAsync(text)).Error("If-Match"), StringComparison.Ordinal);

    private async Task<Answer> AddNoteAsync(string ifMatch)
    {
        var id = await api.Client.PlaceOrderAsync();
        return await api.Client.WriteAsync($"/orders/{id}/notes", new { note = "Test." }, ("If-Match", ifMatch));
    }
}
