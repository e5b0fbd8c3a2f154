using System.Globalization;
using System.Security.Claims;
using OrdersMcp.Api.Data;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.Authorization;

/// <summary>
/// Who asks, and through which program. What depends on the caller (events, idempotency keys, what it sees) asks here
/// and nowhere else.
/// </summary>
/// <param name="Name">The end caller, also where a service calls on its behalf.</param>
/// <param name="Client">The program, and the service that it came through: <c>agent via key:mcp</c>.</param>
/// <param name="CustomerId">The only customer whose data it sees and changes; null where it is bound to none.</param>
internal sealed record Caller(string Name, string? Client, long? CustomerId)
{
    /// <summary>What the database keeps of a client.</summary>
    private const int MaxClientLength = 200;

    /// <summary>Binds the parameter of an endpoint.</summary>
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

    /// <summary>The only customer that a caller is bound to, without the rest of what is known of it.</summary>
    public static long? CustomerOf(ClaimsPrincipal user) => user.CustomerId() is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : CustomerBinding.NoCustomer;

    private static string Printable(string text, int length) =>
        new string([.. text.Where(letter => !char.IsControl(letter)).Take(Math.Max(0, length))]).Trim();
}
