using System.Net;
using Microsoft.EntityFrameworkCore;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class ProblemDetailsTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    public async Task Problem_is_answered_when_the_route_is_unknown(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing/here");
        request.Headers.Add("Accept", accept);

        var answer = await api.Client.AskAsync(request);

        answer.IsProblem(HttpStatusCode.NotFound, "route-not-found");
    }

    [Fact]
    public async Task Problem_names_the_allowed_methods_when_the_method_is_not_allowed()
    {
        var answer = await api.Client.AskAsync("/orders/1", HttpMethod.Delete);

        answer.IsProblem(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Contains("GET", answer.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problem_leaks_nothing_when_the_api_fails()
    {
        await api.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(
            "ALTER TABLE order_lines RENAME COLUMN unit_price TO price", TestContext.Current.CancellationToken));

        var answer = await api.Client.AskAsync("/orders/1");

        answer.IsProblem(HttpStatusCode.InternalServerError, "internal-error");
        Assert.DoesNotContain("unit_price", answer.Body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Npgsql", answer.Body.GetRawText(), StringComparison.Ordinal);
    }
}
