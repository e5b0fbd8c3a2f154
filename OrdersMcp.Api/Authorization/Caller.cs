using System.Globalization;
using System.Security.Claims;
using OrdersMcp.Api.Data;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.Authorization;

/// <summary>The caller of a request and the program it uses: for events and for what the caller may see.</summary>
/// <param name="Name">The end caller, even when a service calls on its behalf.</param>
/// <param name="Client">The program, and the service that it called through: <c>agent via key:mcp</c>.</param>
/// <param name="CustomerId">The only customer whose data the caller may see and change; null without such a limit.</param>
internal sealed record Caller(string Name, string? Client, long? CustomerId)
{
    /// <summary>The length of the column.</summary>
    private const int MaxClientLength = 200;

    /// <summary>Binds an endpoint parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));

    public static Caller Of(HttpContext context)
    {
        var user = context.User;
        var program = user.ClientId() ?? (user.ThroughService() is null ? context.Request.Headers.UserAgent.ToString() : null);
        var service = user.ThroughService() is { } through ? $"via {through}" : "";
        var client = Printable(program ?? "", MaxClientLength - service.Length - 1);
        return new Caller(user.CallerName(), (client, service) switch
        {
            ("", "") => null,
            ("", _) => service,
            (_, "") => client,
            _ => $"{client} {service}",
        }, CustomerOf(user));
    }

    /// <summary>The customer a caller is bound to. Cheaper than the whole caller, for the hot path.</summary>
    public static long? CustomerOf(ClaimsPrincipal user) => user.CustomerId() is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : CustomerBinding.NoCustomer;

    private static string Printable(string text, int length) =>
        new string([.. text.Where(letter => !char.IsControl(letter)).Take(Math.Max(0, length))]).Trim();
}
