using System.Text.Json;

namespace OrdersMcp.ServiceDefaults.Authentication.AccessTokens;

/// <summary>Members of a header or of claims, which are of their type or refused.</summary>
internal static class ClaimReading
{
    /// <summary>A member that is a text; null where there is none.</summary>
    /// <exception cref="TokenRefusedException">It is something else.</exception>
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? TextOf(value, name) : null;

    /// <summary>A member that is a text, or a list of them.</summary>
    /// <exception cref="TokenRefusedException">It is something else.</exception>
    public static string[] Texts(this JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => TextOf(item, name))]
        : [TextOf(value, name)];

    /// <summary>Seconds since 1970, with or without a fraction (RFC 7519, section 2).</summary>
    /// <exception cref="TokenRefusedException">It is something else.</exception>
    public static DateTimeOffset? Time(this JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
        {
            return null;
        }

        const double Latest = 253402300799; // the end of the year 9999
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= Latest
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : throw new TokenRefusedException($"{name} is no time");
    }

    private static string TextOf(JsonElement value, string name)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new TokenRefusedException($"{name} is not a text");
        }
        catch (InvalidOperationException exception)
        {
            throw new TokenRefusedException($"{name} has half a character", exception); // an escaped lone surrogate
        }
    }
}
