using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace OrdersMcp.Api.Parameters;

/// <summary>
/// An enum's value as a parameter, in the lower case of the contracts: binding to the enum itself takes the spelling
/// of the code, and numbers.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Choice<TEnum>(TEnum Value) : IParsable<Choice<TEnum>>
    where TEnum : struct, Enum
{
    public static Choice<TEnum> Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var choice) ? choice : throw new FormatException($"'{s}' is not a choice.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Choice<TEnum> result)
    {
        var isNamed = Choice.Names(typeof(TEnum)).Contains(s, StringComparer.OrdinalIgnoreCase);
        result = isNamed ? new Choice<TEnum>(Enum.Parse<TEnum>(s!, ignoreCase: true)) : default;
        return isNamed;
    }
}

internal static class Choice
{
    /// <summary>Whether a parameter is a choice, and between what.</summary>
    public static bool IsChoice(Type type, [NotNullWhen(true)] out string[]? names)
    {
        var choice = Nullable.GetUnderlyingType(type) ?? type;
        names = choice.IsGenericType && choice.GetGenericTypeDefinition() == typeof(Choice<>)
            ? Names(choice.GetGenericArguments()[0])
            : null;
        return names is not null;
    }

    public static string[] Names(Type enumType) =>
        Array.ConvertAll(Enum.GetNames(enumType), name => name.ToLowerInvariant());
}
