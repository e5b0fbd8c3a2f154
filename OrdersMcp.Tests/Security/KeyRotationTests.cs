using System.Net;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Signing;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Security;

/// <summary>
/// A key is replaced in three steps: accepted, in use while the old key is accepted, and alone. Adjacent steps accept each
/// other's state.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class KeyRotationTests(PostgresFixture postgres)
{
    private const string Old = "old-key-0123456789-0123456789-0123456789";
    private const string New = "new-key-0123456789-0123456789-0123456789";

    [Fact]
    public async Task Api_accepts_the_key_of_the_service_and_the_other_ones()
    {
        await using var api = new ApiFactory(
            await postgres.CreateDatabaseAsync(),
            settings: [("Authentication:ServiceKey", Old), ("Authentication:AcceptedServiceKeys:0", ""), ("Authentication:AcceptedServiceKeys:1", New)]);
        await api.IsReadyAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, Old));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(api, New));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, Old + New));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(api, ""));
    }

    [Theory]
    [InlineData("Authentication:AcceptedServiceKeys:0", "short", Old)]
    [InlineData("Authentication:AcceptedServiceKeys:0", New, "")]
    public async Task Key_that_is_short_or_stands_alone_ends_the_start_and_is_named(string setting, string value, string service)
    {
        await using var api = new ApiFactory(
            await postgres.CreateDatabaseAsync(), settings: [("Authentication:ServiceKey", service), (setting, value)]);

        var failure = Assert.ThrowsAny<Exception>(api.CreateClient);

        Assert.Contains("Authentication:AcceptedServiceKeys", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void State_of_each_step_opens_in_the_step_before_and_after_it()
    {
        SealedText[] steps = [Seal(Old), Seal(Old, New), Seal(New, Old), Seal(New)];
        var state = "{}"u8.ToArray();

        for (var step = 0; step < steps.Length; step++)
        {
            foreach (var other in new[] { step - 1, step, step + 1 }.Where(other => other >= 0 && other < steps.Length))
            {
                Assert.Equal(state, steps[other].Open(steps[step].Seal(state, "alice"), "alice"));
            }
        }

        Assert.Null(steps[3].Open(steps[0].Seal(state, "alice"), "alice")); // after the last step, the old key is invalid
        Assert.Null(steps[1].Open(steps[2].Seal(state, "alice"), "bob"));
    }

    [Theory]
    [InlineData(Old, "short", "Mcp:AcceptedSigningKeys:0")]
    [InlineData(null, New, "Mcp:SigningKey, which is missing")]
    [InlineData(Old, "", null)]
    public void Wrong_signing_key_is_named_and_an_empty_one_counts_for_nothing(string? key, string accepted, string? named)
    {
        var options = new OpenApiToolsOptions
        {
            Apis = [new ApiOptions { Name = "a", Document = "http://a.test/openapi.json" }],
            SigningKey = key,
            AcceptedSigningKeys = [accepted],
        };

        var failures = new OpenApiToolsOptionsValidator().Validate(null, options).Failures ?? [];

        Assert.Equal(named is null ? 0 : 1, failures.Count());
        Assert.All(failures, failure => Assert.Contains(named!, failure, StringComparison.Ordinal));
    }

    private static SealedText Seal(string key, params string[] accepted) =>
        new SigningKey(Options.Create(new OpenApiToolsOptions { SigningKey = key, AcceptedSigningKeys = [.. accepted] })).Seal("confirmation");

    private static async Task<HttpStatusCode> StatusAsync(ApiFactory api, string key)
    {
        using var client = api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/orders");
        request.Headers.Add("X-API-Key", key);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
