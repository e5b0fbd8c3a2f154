using System.Text;

namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>The rule for the setting <c>Mcp:SigningKey</c>, and its bytes.</summary>
internal static class SigningSecret
{
    /// <summary>The size of the hash: RFC 2104, section 3.</summary>
    public const int ShortestLength = 32;

    public static string Rule { get; } = $"must be at least {ShortestLength} bytes, as base64 or as text.";

    /// <summary>The bytes of a setting, or null if there are too few.</summary>
    public static byte[]? Read(string setting)
    {
        var decoded = new byte[setting.Length];
        var bytes = Convert.TryFromBase64String(setting, decoded, out var length) && length >= ShortestLength
            ? decoded[..length]
            : Encoding.UTF8.GetBytes(setting);
        return bytes.Length >= ShortestLength ? bytes : null;
    }
}
