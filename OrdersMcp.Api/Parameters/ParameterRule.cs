using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.Api.Parameters;

/// <summary>
/// What a route or query parameter must be, read from the signature of its endpoint: its type and attributes, the same
/// that the OpenAPI document shows.
/// </summary>
internal sealed class ParameterRule
{
    private const int LongestEcho = 60;

    private readonly Type _type;
    private readonly bool _isRequired;
    private readonly RangeAttribute? _range;
    private readonly ValidationAttribute[] _others;

    private ParameterRule(ParameterInfo parameter, ICustomAttributeProvider declaredOn)
    {
        var attributes = declaredOn.GetCustomAttributes(inherit: true);
        Name = attributes.OfType<FromQueryAttribute>().FirstOrDefault()?.Name ?? parameter.Name!;
        _type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        _isRequired = !parameter.HasDefaultValue
            && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.Nullable;
        _range = attributes.OfType<RangeAttribute>().FirstOrDefault();
        _others = [.. attributes.OfType<ValidationAttribute>().Where(attribute => attribute is not RangeAttribute)];
    }

    public string Name { get; }

    /// <summary>The rules of all route and query parameters of an endpoint.</summary>
    public static IReadOnlyList<ParameterRule> Of(MethodInfo endpoint) =>
    [
        .. endpoint.GetParameters()
            .SelectMany(parameter => parameter.IsDefined(typeof(AsParametersAttribute))
                ? Of(parameter.ParameterType)
                : [new ParameterRule(parameter, parameter)])
            .Where(rule => IsValue(rule._type)),
    ];

    /// <summary>The rule that the values of a request break, to follow the parameter's name; or null.</summary>
    public string? Check(StringValues values)
    {
        if (values.Count == 0)
        {
            return _isRequired ? "is required." : null;
        }

        if (values.Count > 1)
        {
            return $"must be given once, but was given {values.Count} times.";
        }

        var text = values[0] ?? "";
        if (Choice.IsChoice(_type, out var names))
        {
            return names.Contains(text, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"must be one of {string.Join(", ", names)}, but was '{Echo(text)}'.";
        }

        if (_type == typeof(string))
        {
            return Array.Find(_others, attribute => !attribute.IsValid(text)) is { } broken
                ? $"{broken.FormatErrorMessage(Name)} It was '{Echo(text)}'."
                : null;
        }

        var isInteger = long.TryParse(text, CultureInfo.InvariantCulture, out var number);
        var (smallest, largest) = Bounds();
        return isInteger && number >= smallest && number <= largest
            ? null
            : $"must be an integer from {smallest} to {largest}, but was '{Echo(text)}'.";
    }

    private static IEnumerable<ParameterRule> Of(Type record) => record.GetConstructors().Single().GetParameters()
        .Select(parameter => new ParameterRule(parameter, record.GetProperty(parameter.Name!)!));

    private static bool IsValue(Type type) =>
        Choice.IsChoice(type, out _) || type == typeof(string) || type == typeof(int) || type == typeof(long);

    private (long Smallest, long Largest) Bounds()
    {
        if (_range is not null)
        {
            return (Convert.ToInt64(_range.Minimum), Convert.ToInt64(_range.Maximum));
        }

        return _type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
    }

    private static string Echo(string text) => text.Length <= LongestEcho ? text : $"{text[..LongestEcho]}…";
}
