using System.Text.Json;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>Reads members of a header or of claims, and rejects members of the wrong type.</summary>
internal static class ClaimReading
{
    /// <summary>A text member, or null without one.</summary>
    /// <exception cref="TokenRefusedException">The member has another type.</exception>
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? TextOf(value, name) : null;

    /// <summary>A member that is a text or a list of texts.</summary>
    /// <exception cref="TokenRefusedException">The member has another type.</exception>
    public static string[] Texts(this JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => TextOf(item, name))]
        : [TextOf(value, name)];

    /// <summary>Seconds since 1970, with or without a fraction (RFC 7519, section 2).</summary>
    /// <exception cref="TokenRefusedException">The member has another type.</exception>
    public static DateTimeOffset? Time(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
        {
            return null;
        }

        const double Latest = 253402300799; // the end of the year 9999
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= Latest
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : throw new TokenRefusedException($"{name} is not a valid time");
    }

    private static string TextOf(JsonElement value, string name)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new TokenRefusedException($"{name} is not a text");
        }
        catch (InvalidOperationException exception)
        {
            throw new TokenRefusedException($"{name} contains half of a surrogate pair", exception);
        }
    }
}
