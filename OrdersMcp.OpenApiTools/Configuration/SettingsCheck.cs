using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>
/// Checks the values of the section <c>Mcp</c> before they are bound. The binder drops a list entry if one of its values
/// cannot be converted, so an API would be missing without an error, and it ignores unknown keys.
/// </summary>
internal static class SettingsCheck
{
    private static readonly NullabilityInfoContext Nullability = new();
    private static readonly Lock Reading = new(); // the context is not thread-safe

    /// <exception cref="OptionsValidationException">A value is invalid; each failure names its setting.</exception>
    public static void ThrowIfWrong(IConfiguration configuration)
    {
        List<string> problems;
        lock (Reading)
        {
            // Other options are bound to the section too, so the keys are complete only for an API.
            problems = [.. OfObject(configuration.GetSection(OpenApiToolsOptions.Section), typeof(OpenApiToolsOptions), isClosed: false)];
        }

        if (problems.Count > 0)
        {
            throw new OptionsValidationException(OpenApiToolsOptions.Section, typeof(OpenApiToolsOptions), problems);
        }
    }

    private static IEnumerable<string> OfObject(IConfigurationSection section, Type type, bool isClosed)
    {
        var properties = type.GetProperties().ToDictionary(each => each.Name, StringComparer.OrdinalIgnoreCase);
        if (section.Value is { Length: > 0 }) // the value is not repeated: a URL can contain a password
        {
            yield return $"{section.Path} is a string; it takes settings of its own, such as {section.Path}:{properties.Keys.First()}.";
        }

        foreach (var child in section.GetChildren())
        {
            if (properties.TryGetValue(child.Key, out var property))
            {
                var isNullable = Nullability.Create(property).WriteState == NullabilityState.Nullable;
                foreach (var problem in OfValue(child, property.PropertyType, isNullable))
                {
                    yield return problem;
                }
            }
            else if (isClosed)
            {
                yield return $"{child.Path} is not a setting. " + (NearestName.Of(child.Key, properties.Keys) is { } nearest
                    ? $"Did you mean '{nearest}'?"
                    : $"There are {string.Join(", ", properties.Keys.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private static IEnumerable<string> OfValue(IConfigurationSection section, Type type, bool isNullable)
    {
        if (!type.IsGenericType || Nullable.GetUnderlyingType(type) is not null)
        {
            return type.IsClass && type != typeof(string)
                ? OfObject(section, type, isClosed: true)
                : OfScalar(section, Nullable.GetUnderlyingType(type) ?? type, isNullable);
        }

        var item = type.GetGenericArguments()[^1];
        return section.Value is { Length: > 0 }
            ? [$"{section.Path} takes several values: set {section.Path}:{(type.GetGenericArguments().Length == 1 ? "0" : "NAME")}."]
            : section.GetChildren().SelectMany(each => item.IsClass && item != typeof(string)
                ? OfObject(each, item, isClosed: true)
                : OfValue(each, item, isNullable: false));
    }

    private static IEnumerable<string> OfScalar(IConfigurationSection section, Type type, bool isNullable)
    {
        if (section.GetChildren().Any())
        {
            yield return $"{section.Path} takes one value, and has several.";
        }
        else if (section.Value is not { } text)
        {
            if (!isNullable)
            {
                yield return $"{section.Path} is null. Leave it out for its default.";
            }
        }
        else if (type != typeof(string) && !(isNullable && text.Length == 0) && !IsOf(type, text))
        {
            yield return $"{section.Path} is '{text}'; it must be {Expected(type)}.";
        }
    }

    private static bool IsOf(Type type, string text)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Contains(text.Trim(), StringComparer.OrdinalIgnoreCase);
        }

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false; // all exceptions by which converters reject a text
        }
    }

    private static string Expected(Type type) =>
        type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time such as 00:00:30"
        : "a whole number";
}
