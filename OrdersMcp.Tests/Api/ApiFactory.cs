using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OrdersMcp.Api.Data;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.Api;

/// <summary>
/// The API in this process, on the test's database. The type argument is a type of the API's assembly, because every service
/// has a <c>Program</c>.
/// </summary>
public sealed class ApiFactory(
    string? connectionString,
    bool demo = true,
    string environment = "Production",
    params (string Setting, string Value)[] settings)
    : WebApplicationFactory<OrdersDbContext>
{
    /// <summary>The demo data leads up to it, so tests know its times.</summary>
    public static readonly DateTimeOffset DemoUntil = new(2026, 9, 21, 23, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until the API responds with the status.</summary>
    public async Task AnswersAsync(HttpStatusCode status, string path, CancellationToken cancellationToken)
    {
        using var client = CreateClient();
        HttpStatusCode? last = null;
        await Until.TrueAsync(async () =>
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
            last = response.StatusCode;
            return last == status;
        }, Patience, () => $"{path} answers {last}, not {status}");
    }

    /// <summary>The database as the service uses it, without a caller.</summary>
    public OrdersDbContext OpenContext() =>
        Services.GetRequiredService<IDbContextFactory<OrdersDbContext>>().OpenContext(onlyCustomer: null);

    public async Task<T> WithDatabaseAsync<T>(Func<OrdersDbContext, Task<T>> use)
    {
        await using var db = OpenContext();
        return await use(db);
    }

    public Task IsReadyAsync(CancellationToken cancellationToken) =>
        AnswersAsync(HttpStatusCode.OK, "/health", cancellationToken);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder
            .UseEnvironment(environment)
            .UseUrls("http://127.0.0.1:0") // for tests that use a socket
            .UseSetting("ConnectionStrings:ordersdb", connectionString)
            .UseSetting("Seed:Demo", demo ? "true" : "false")
            .UseSetting("Seed:Until", DemoUntil.ToString("O"));
        if (!Array.Exists(settings, each => each.Setting.StartsWith("Authentication:", StringComparison.Ordinal)))
        {
            builder.UseSetting("Authentication:AllowAnonymous", "true");
        }

        foreach (var (setting, value) in settings)
        {
            builder.UseSetting(setting, value);
        }
    }
}
