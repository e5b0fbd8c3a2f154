using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication;
using OrdersMcp.ServiceDefaults.Authentication.ApiKeys;
using OrdersMcp.Tests.Api;
using OrdersMcp.Tests.Postgres;

namespace OrdersMcp.Tests.Security;

/// <summary>The orders API in production, with keys, on a database with the demo data.</summary>
public sealed class SecuredApi(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>The customer that the key <c>bound</c> is bound to.</summary>
    public const long Bound = 1234;

    private const string ServiceKey = "service-key-0123456789-0123456789-0123456789";

    private static readonly ApiKey All = ApiKey.Create();
    private static readonly ApiKey Reader = ApiKey.Create();
    private static readonly ApiKey OfCustomer = ApiKey.Create();

    private ApiFactory _api = null!;

    /// <summary>Without a credential.</summary>
    public HttpClient Stranger { get; private set; } = null!;

    /// <summary>With all scopes.</summary>
    public HttpClient Administrator { get; private set; } = null!;

    /// <summary>With orders.read only.</summary>
    public HttpClient ReadsOnly { get; private set; } = null!;

    /// <summary>With all scopes, bound to one customer.</summary>
    public HttpClient BoundToCustomer { get; private set; } = null!;

    /// <summary>The MCP server, which can act for others.</summary>
    public HttpClient Service { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _api = new ApiFactory(await postgres.CreateDatabaseAsync(), settings:
        [
            ("Authentication:ServiceKey", ServiceKey),
            .. Entry(0, "all", All, "orders.admin"),
            .. Entry(1, "reader", Reader, "orders.read"),
            .. Entry(2, "bound", OfCustomer, "orders.admin"),
            ("Authentication:ApiKeys:2:CustomerId", $"{Bound}"),
        ]);
        await _api.IsReadyAsync(TestContext.Current.CancellationToken);
        (Stranger, Administrator, ReadsOnly, BoundToCustomer, Service) =
            (_api.CreateClient(), Client(All.Text), Client(Reader.Text), Client(OfCustomer.Text), Client(ServiceKey));
    }

    public Task<T> WithDatabaseAsync<T>(Func<OrdersMcp.Api.Data.OrdersDbContext, Task<T>> use) => _api.WithDatabaseAsync(use);

    /// <summary>A request of the MCP server on behalf of one of its callers.</summary>
    public static HttpRequestMessage For(OnBehalfOf caller, HttpMethod method, string path, JsonObject? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add(OnBehalfOf.Header, caller.ToHeader());
        return request;
    }

    public async ValueTask DisposeAsync() => await _api.DisposeAsync();

    private HttpClient Client(string key)
    {
        var client = _api.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    private static (string Key, string Value)[] Entry(int index, string name, ApiKey key, string scope) =>
    [
        ($"Authentication:ApiKeys:{index}:Name", name),
        ($"Authentication:ApiKeys:{index}:Hash", KeyHash.Of(key.Id, key.Secret).Text),
        ($"Authentication:ApiKeys:{index}:Scopes:0", scope),
    ];
}
