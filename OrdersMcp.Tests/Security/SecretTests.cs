using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Hosting;
using OrdersMcp.Tests.Observability;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Security;

/// <summary>
/// Both services as processes with secrets of every kind, and callers with secrets in every place of a request. No secret
/// leaves a process except to its recipient.
/// </summary>
[Trait("Category", "Postgres")]
public sealed class SecretTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string ServiceKey = "canary-service-key-0123456789-0123456789";
    private const string SigningKey = "canary-signing-key-0123456789-0123456789";
    private const string ClientSecret = "canary-client-secret-0123456789";
    private const string DatabasePassword = "canary-database-password-0123456789";
    private const string Opaque = "canary-opaque-token-0123456789";
    private const string Wrong = "canary-wrong-credential-0123456789";

    private readonly ApiKey _key = ApiKey.Create();
    private readonly ApiKey _unknown = ApiKey.Create();
    private readonly ApiKey _administrator = ApiKey.Create();
    private readonly TemporaryFolder _journal = new();
    private readonly Stack<IAsyncDisposable> _running = new();
    private TestIssuer _issuer = null!;
    private OtlpReceiver _collector = null!;
    private ApiProcess _api = null!;
    private McpProcess _mcp = null!;
    private string _token = "";
    private string _expired = "";

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            await DisposeAsync(); // stops the started process if the other fails to start
            throw;
        }
    }

    private async Task StartAsync()
    {
        _running.Push(_issuer = await TestIssuer.StartAsync());
        _issuer.Opaque[Opaque] = _issuer.Claims(("active", true), ("scope", "orders.read"));
        _token = _issuer.Token(_issuer.Claims(("scope", "orders.read")));
        _expired = _issuer.Token(_issuer.Claims(("exp", 1)));
        _running.Push(_collector = await OtlpReceiver.StartAsync());
        // The server trusts this machine, so any password works.
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync()) { Password = DatabasePassword };
        (string, string)[] both = [.. Export(_collector.Address), ("Authentication:ServiceKey", ServiceKey)];
        _running.Push(_api = await ApiProcess.StartAsync(
            database.ConnectionString, [.. both, .. Entry(_administrator, "orders.admin"), ("Seed:Demo", "true")]));
        _running.Push(_mcp = await McpProcess.StartAsync(_api.Address, _journal.Path,
        [
            .. both, .. _issuer.Settings(), .. Entry(_key, "orders.read"),
            ("ASPNETCORE_ENVIRONMENT", "Production"),
            ("Mcp:SigningKey", SigningKey),
            ("Mcp:Apis:0:ApiKey", ServiceKey),
            ("Authentication:Schemes:Bearer:Introspection:Endpoint", $"{_issuer.Address}/introspect"),
            ("Authentication:Schemes:Bearer:Introspection:ClientId", "mcp"),
            ("Authentication:Schemes:Bearer:Introspection:ClientSecret", ClientSecret),
        ]));
        await Until.HealthyAsync(new Uri($"{_api.Address}/health"));
        await Until.HealthyAsync(new Uri(_mcp.Endpoint, "/health"));
    }

    public async ValueTask DisposeAsync()
    {
        while (_running.TryPop(out var running))
        {
            await running.DisposeAsync();
        }

        _journal.Dispose();
    }

    [Fact]
    public async Task Secrets_are_in_no_signal_output_response_record_or_command_line()
    {
        var http = OutsideClient.Shared;
        var answers = new StringBuilder();
        var statuses = new List<HttpStatusCode>();
        var (calls, orders) = (0, 0);
        foreach (var request in Requests())
        {
            using (request)
            using (var response = await http.SendAsync(request, TestContext.Current.CancellationToken))
            {
                statuses.Add(response.StatusCode);
                var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                answers.Append(response).Append(answer);
                calls += request.Headers.TryGetValues("Mcp-Method", out var method) && method.Contains("tools/call", StringComparer.Ordinal) ? 1 : 0;
                orders += answer.Contains("\"structuredContent\":{\"items\":[{", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        var lines = OperatingSystem.IsLinux()
            ? File.ReadAllText($"/proc/{_api.Process.Id}/cmdline") + File.ReadAllText($"/proc/{_mcp.Process.Id}/cmdline")
            : "";
        await _mcp.StopAsync(); // sends its remaining records
        var records = await RecordsAsync(http, calls);
        await _api.StopAsync();
        var journal = string.Concat(Directory.EnumerateFiles(_journal.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllText));

        // The signals contain successful and failed calls, and the logs of both services.
        Assert.True(orders > 0, answers.ToString());
        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Contains(HttpStatusCode.Unauthorized, statuses);
        Assert.Contains(HttpStatusCode.Forbidden, statuses);
        Assert.Contains("list_orders", records, StringComparison.Ordinal);
        foreach (var signal in new[] { "traces", "metrics", "logs" })
        {
            Assert.True(_collector.Has(signal, "OrdersMcp.McpServer"u8), $"{signal}: {_mcp.Output}");
            Assert.True(_collector.Has(signal, "OrdersMcp.Api"u8), $"{signal}: {_api.Output}");
        }

        foreach (var secret in Secrets())
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            Assert.All(_collector.Bodies.Keys, signal => Assert.Null(_collector.Around(signal, bytes)));
            foreach (var text in new[] { _mcp.Output, _api.Output, records, journal, lines })
            {
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            }
        }

        // A response may repeat its own request, but no secrets of other requests or of the services.
        foreach (var secret in new[] { ServiceKey, SigningKey, ClientSecret, DatabasePassword, _key.Secret, Opaque, Part(_token), Part(_expired) })
        {
            Assert.DoesNotContain(secret, answers.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Password_of_an_unavailable_database_is_in_no_log_or_response()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var api = await ApiProcess.StartAsync(
            $"Host=127.0.0.1;Port=1;Database=none;Username=none;Password={DatabasePassword}",
            [.. Export(collector.Address), ("Authentication:AllowAnonymous", "true")]);
        var http = OutsideClient.Shared;

        using var orders = await http.GetAsync(new Uri($"{api.Address}/orders"), TestContext.Current.CancellationToken);
        using var health = await http.GetAsync(new Uri($"{api.Address}/health"), TestContext.Current.CancellationToken);
        var answers = await orders.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            + await health.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await api.StopAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (orders.StatusCode, health.StatusCode));
        Assert.True(collector.Has("logs", "127.0.0.1:1"u8) || api.Output.Contains("127.0.0.1:1", StringComparison.Ordinal), api.Output);
        Assert.DoesNotContain(DatabasePassword, answers + api.Output, StringComparison.Ordinal);
        Assert.All(collector.Bodies.Keys, signal => Assert.Null(collector.Around(signal, Encoding.UTF8.GetBytes(DatabasePassword))));
    }

    /// <summary>Valid and invalid credentials, in every place of a request, to both services.</summary>
    private IEnumerable<HttpRequestMessage> Requests()
    {
        foreach (var (name, value) in Headers())
        {
            yield return ToMcp("tools/call", new JsonObject { ["name"] = "list_orders", ["arguments"] = new JsonObject { ["limit"] = 1 } }, name, value);
            yield return ToMcp("tools/call", Noted(value), name, value); // beyond the scopes
            yield return ToApi("/orders?limit=1", name, value);
        }

        var known = ("X-API-Key", _key.Text);
        foreach (var secret in new[] { Wrong, _unknown.Text, _unknown.Secret })
        {
            yield return ToMcp("tools/call", new JsonObject { ["name"] = "get_customer", ["arguments"] = new JsonObject { ["customerId"] = secret } }, known);
            yield return ToMcp("tools/call", new JsonObject { ["name"] = "list_orders", ["arguments"] = new JsonObject { [secret] = secret } }, known);
            yield return ToMcp("tools/call", new JsonObject { ["name"] = secret, ["arguments"] = new JsonObject() }, known);
            yield return ToMcp("resources/read", new JsonObject { ["uri"] = $"orders://customers/{secret}" }, known);
            yield return ToMcp("tools/list", new JsonObject { ["cursor"] = secret }, known);
            yield return ToMcp(secret, [], known);
            yield return ToMcp("tools/list", [], known, query: $"?access_token={secret}&api_key={secret}");
            yield return ToMcp("tools/list", [], known, ("Cookie", $"token={secret}"));
            yield return ToMcp("tools/list", [], known, ("Mcp-Session-Id", secret));
            yield return ToMcp("tools/list", [], known, ("Origin", $"https://{secret}.example"));
            yield return Raw(secret);
            yield return ToApi($"/orders?access_token={secret}&cursor={secret}", "X-API-Key", ServiceKey);
            yield return ToApi($"/customers/{secret}", "X-API-Key", ServiceKey);
            yield return ToApi($"/{secret}", "X-API-Key", ServiceKey);
        }
    }

    private IEnumerable<(string Name, string Value)> Headers() =>
    [
        ("X-API-Key", _key.Text), ("Authorization", $"Bearer {_key.Text}"), ("Authorization", $"Bearer {_token}"), ("Authorization", $"Bearer {Opaque}"),
        ("X-API-Key", _unknown.Text), ("X-API-Key", Wrong), ("Authorization", $"Bearer {Wrong}"), ("Authorization", $"Bearer {_expired}"),
        ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{Wrong}"))}"), ("Authorization", Wrong),
        ("X-API-Key", new ApiKey(_key.Id, _unknown.Secret).Text), ("X-API-Key", ServiceKey), ("X-API-Key", _token), ("OrdersMcp-On-Behalf-Of", Wrong),
    ];

    private IEnumerable<string> Secrets() =>
    [
        ServiceKey, SigningKey, ClientSecret, DatabasePassword, Opaque, Wrong, _key.Secret, _unknown.Secret, _administrator.Secret,
        Part(_token), Part(_expired), Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{Wrong}")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"mcp:{ClientSecret}")),
    ];

    /// <summary>The signature, which occurs nowhere else and completes the token.</summary>
    private static string Part(string token) => token.Split('.')[2];

    private static JsonObject Noted(string value) =>
        new() { ["name"] = "add_order_note", ["arguments"] = new JsonObject { ["orderId"] = 1, ["note"] = value } };

    private HttpRequestMessage ToMcp(string method, JsonObject parameters, string name, string value) => ToMcp(method, parameters, (name, value));

    private HttpRequestMessage ToMcp(
        string method, JsonObject parameters, (string Name, string Value) credential, (string Name, string Value)? other = null, string query = "")
    {
        var target = (parameters["name"] ?? parameters["uri"])?.ToString();
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_mcp.Endpoint}{query}") { Content = JsonContent.Create(Messages.Request(method, parameters)) };
        (string Name, string Value)[] headers = [(Messages.VersionHeader, Messages.Version), ("Mcp-Method", method), credential];
        foreach (var (name, value) in headers.Concat(target is null ? [] : [("Mcp-Name", target)]).Concat(other is { } more ? [more] : []))
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return request;
    }

    /// <summary>A body that is not JSON, in a request that also has the secret in its headers and path.</summary>
    private HttpRequestMessage Raw(string secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_mcp.Endpoint}/{secret}?key={secret}")
        {
            Content = new StringContent($"{{ {secret}", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("X-API-Key", secret);
        request.Headers.TryAddWithoutValidation("Mcp-Method", secret);
        return request;
    }

    private HttpRequestMessage ToApi(string path, string name, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{_api.Address}{path}");
        request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>The records, once the calls are recorded. Refused requests are recorded even if they are not calls.</summary>
    private async Task<string> RecordsAsync(HttpClient http, int calls)
    {
        var (text, count) = ("", 0);
        await Until.TrueAsync(async () =>
        {
            using var request = ToApi("/admin/tool-calls?limit=200", "X-API-Key", _administrator.Text);
            using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
            text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.StatusCode == HttpStatusCode.OK, text);
            return (count = JsonNode.Parse(text)!["items"]!.AsArray().Count) >= calls;
        }, TimeSpan.FromSeconds(30), () => $"{count} of {calls} calls are on record: {text}");
        return text;
    }

    private static (string, string)[] Export(string address) =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"), ("OTEL_BLRP_SCHEDULE_DELAY", "200"), ("Logging:LogLevel:Default", "Debug"),
    ];

    private static (string, string)[] Entry(ApiKey key, string scope) =>
    [
        ("Authentication:ApiKeys:0:Name", "caller"),
        ("Authentication:ApiKeys:0:Hash", KeyHash.Of(key.Id, key.Secret).Text),
        ("Authentication:ApiKeys:0:Scopes:0", scope),
    ];
}
