using System.Buffers.Text;
using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrdersMcp.ServiceDefaults.Authentication;

/// <summary>
/// The end caller on whose behalf a service calls another service. It has no authority of its own: it counts only with the
/// credential of a service that can act for others.
/// </summary>
/// <param name="Name">The end caller.</param>
/// <param name="Client">The program that the end caller uses.</param>
/// <param name="Scopes">The end caller's scopes; null for an anonymous end caller.</param>
/// <param name="Customer">The customer that the end caller is bound to, or null.</param>
public sealed record OnBehalfOf(
    [property: JsonPropertyName("sub")] string Name,
    [property: JsonPropertyName("client")] string? Client,
    [property: JsonPropertyName("scopes")] IReadOnlyList<string>? Scopes,
    [property: JsonPropertyName("customer")] string? Customer)
{
    public const string Header = "OrdersMcp-On-Behalf-Of";

    private const int Longest = 16 * 1024;

    private static readonly JsonSerializerOptions Json = new()
    {
        AllowDuplicateProperties = false,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        MaxDepth = 4,
    };

    /// <summary>Describes the caller, with the given program if the credential does not name one.</summary>
    public static OnBehalfOf Of(ClaimsPrincipal caller, string? program) => new(
        caller.CallerName(),
        caller.ClientId() ?? program,
        caller.IsAnonymous() ? null : [.. caller.GrantedScopes()],
        caller.CustomerId());

    /// <summary>The value of the header: JSON in base64url, so that no name can break out of it.</summary>
    public string ToHeader() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <summary>Reads a header; null if it is invalid.</summary>
    public static OnBehalfOf? Read(string header)
    {
        if (header.Length > Longest)
        {
            return null;
        }

        try
        {
            var read = JsonSerializer.Deserialize<OnBehalfOf>(Base64Url.DecodeFromChars(header), Json);
            return string.IsNullOrWhiteSpace(read?.Name) ? null : read;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The end caller, called through the service. It has only the scopes that both have. A customer binding of the service
    /// also applies to the end caller.
    /// </summary>
    /// <returns>Null if the two are bound to different customers.</returns>
    internal ClaimsPrincipal? Caller(ClaimsPrincipal service, CallerAccess access)
    {
        if (service.CustomerId() is { } bound && Customer is not null && Customer != bound)
        {
            return null;
        }

        var held = Scopes is null ? service.GrantedScopes() : access.Those(service, Scopes);
        return CallerClaims.Principal(
            nameof(OnBehalfOf),
            CallerName.Bounded(Name),
            Client is null ? null : CallerName.Bounded(Client),
            Scopes is null ? held : held.Where(scope => scope != CallerAccess.Everything),
            Customer ?? service.CustomerId(),
            service: service.CallerName());
    }
}
