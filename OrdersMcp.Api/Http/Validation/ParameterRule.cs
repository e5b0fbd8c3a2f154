using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>
/// The rules of a route, query or header parameter, derived from its type and attributes, like the OpenAPI document.
/// </summary>
internal sealed class ParameterRule
{
    private const int MaxEchoLength = 60;

    private static readonly Type[] Values =
        [typeof(string), typeof(int), typeof(long), typeof(decimal), typeof(DateTimeOffset)];

    private readonly Type _type;
    private readonly bool _isRequired;
    private readonly string[]? _names;
    private readonly (decimal Smallest, decimal Largest) _bounds;
    private readonly ValidationAttribute[] _others;

    private ParameterRule(ParameterInfo parameter, ICustomAttributeProvider declaredOn)
    {
        var attributes = declaredOn.GetCustomAttributes(inherit: true);
        var header = attributes.OfType<FromHeaderAttribute>().FirstOrDefault();
        IsHeader = header is not null;
        Name = header?.Name ?? attributes.OfType<FromQueryAttribute>().FirstOrDefault()?.Name ?? parameter.Name!;
        _type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        _isRequired = !parameter.HasDefaultValue
            && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.Nullable;
        Choice.IsChoice(_type, out _names);
        _bounds = NumberBounds.Of(_type, attributes.OfType<RangeAttribute>().FirstOrDefault());
        _others = [.. attributes.OfType<ValidationAttribute>().Where(attribute => attribute is not RangeAttribute)];
    }

    public string Name { get; }

    public bool IsHeader { get; }

    public bool IsInteger => _type == typeof(int) || _type == typeof(long);

    /// <summary>The rules of all route, query and header parameters of an endpoint.</summary>
    public static IReadOnlyList<ParameterRule> Of(MethodInfo endpoint) =>
    [
        .. endpoint.GetParameters()
            .SelectMany(parameter => parameter.IsDefined(typeof(AsParametersAttribute))
                ? Of(parameter.ParameterType)
                : [new ParameterRule(parameter, parameter)])
            .Where(rule => Values.Contains(rule._type) || rule._names is not null),
    ];

    /// <summary>The rule that the values break, as a phrase to follow the name of the parameter; or null.</summary>
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
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "must not contain the character U+0000, which the database cannot store.";
        }

        return Broken(text) switch
        {
            null => null,
            [.., '.'] sentence => $"{sentence} It was '{Echo(text)}'.",
            var rule => $"{rule}, but was '{Echo(text)}'.",
        };
    }

    private static IEnumerable<ParameterRule> Of(Type record) => record.GetConstructors().Single().GetParameters()
        .Select(parameter => new ParameterRule(parameter, record.GetProperty(parameter.Name!)!));

    private string? Broken(string text)
    {
        if (_names is not null)
        {
            return _names.Contains(text, StringComparer.OrdinalIgnoreCase)
                ? null
                : $"must be one of {string.Join(", ", _names)}";
        }

        if (_type == typeof(string))
        {
            return Array.Find(_others, attribute => !attribute.IsValid(text))?.FormatErrorMessage(Name);
        }

        if (_type == typeof(DateTimeOffset))
        {
            return Rfc3339Timestamp.IsValid(text) ? null : Rfc3339Timestamp.RuleInUrl(text);
        }

        var (smallest, largest) = _bounds;
        var isNumber = decimal.TryParse(
            text, NumberBounds.StyleOf(_type), CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= smallest && number <= largest
            ? null
            : $"must be {NumberBounds.KindOf(_type)} from {smallest} to {largest}";
    }

    private static string Echo(string text) => text.Length <= MaxEchoLength ? text : $"{text[..MaxEchoLength]}…";
}
