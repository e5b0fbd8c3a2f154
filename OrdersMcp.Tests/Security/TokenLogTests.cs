using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Logging;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Security;

/// <summary>The log of rejected tokens.</summary>
[Trait("Category", "Postgres")]
public sealed class TokenLogTests : IAsyncLifetime
{
    private readonly CapturedLog _log = new();
    private TestIssuer _issuer = null!;
    private TestApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _api = await TestApi.StartAsync(GuardedServer.Operations);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Rejected_token_is_logged_in_one_line_with_the_reason()
    {
        await using var server = Start();

        await RefuseAsync(server, _issuer.Token(_issuer.Claims(("exp", 1))));

        var line = Assert.Single(_log.Lines, line => line.StartsWith("Rejected an access token", StringComparison.Ordinal));
        Assert.Equal("Rejected an access token: the token has expired (exp)", line.Trim());
        Assert.DoesNotContain(_log.Lines, line => line.Contains("IDX", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Information")]
    [InlineData("Trace")]
    public async Task Nothing_of_a_token_is_logged_at_any_log_level(string level)
    {
        const string Personal = "alice.liddell@wonderland.example";
        await using var server = Start(
            ("Logging:LogLevel:OrdersMcp", level), ("Logging:LogLevel:Microsoft.AspNetCore.Authentication", level));
        string[] tokens =
        [
            _issuer.Token(_issuer.Claims(("sub", Personal), ("exp", 1))),
            _issuer.Token(_issuer.Claims(("sub", Personal), ("aud", Personal))),
            _issuer.Token(_issuer.Claims(("sub", Personal), ("iss", Personal))),
            _issuer.Token(_issuer.Claims(("sub", Personal), ("nbf", 9_999_999_999))),
            _issuer.Token(_issuer.Claims(("sub", Personal), ("exp", Personal))),
            _issuer.Token(_issuer.Claims(("sub", Personal), ("customer_id", new JsonArray(Personal)))),
            _issuer.Token(_issuer.Claims(("sub", Personal)), keyId: Personal),
            _issuer.Token(_issuer.Claims(("sub", Personal)), header: ("typ", Personal)),
            _issuer.Token(_issuer.Claims(("sub", Personal)), algorithm: "ES256", keyId: "p384"),
            _issuer.Token(_issuer.Claims(("sub", Personal)))[..^8] + "AAAAAAAA",
        ];

        foreach (var token in tokens)
        {
            await RefuseAsync(server, token);
        }

        Assert.False(IdentityModelEventSource.ShowPII);
        Assert.Equal(tokens.Length, _log.Lines.Count(line => line.StartsWith("Rejected an access token", StringComparison.Ordinal)));
        Assert.All(_log.Lines, line =>
        {
            Assert.DoesNotContain(Personal, line, StringComparison.OrdinalIgnoreCase);
            Assert.All(tokens, token => Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, line, StringComparison.Ordinal)));
        });
    }

    private McpApplication Start(params (string Key, string Value)[] settings) => McpApplication.StartWith(
        _api.Address, services => services.AddLogging(logging => logging.AddProvider(_log)), _issuer.Settings(settings));

    private static async Task RefuseAsync(McpApplication server, string token)
    {
        using var response = await server.PostAsync(
            JsonContent.Create(Messages.Request("tools/list", [])),
            (Messages.VersionHeader, Messages.Version), ("Mcp-Method", "tools/list"), GuardedServer.Bearer(token));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
