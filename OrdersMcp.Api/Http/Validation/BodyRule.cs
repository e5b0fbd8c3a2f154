using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace OrdersMcp.Api.Http.Validation;

/// <summary>The rules of a JSON object, derived from the types and attributes of its record.</summary>
internal sealed class BodyRule(Type record)
{
    private readonly Dictionary<string, Field> _fields = record.GetConstructors().Single().GetParameters().ToDictionary(
        parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!),
        parameter => new Field(record.GetProperty(parameter.Name!)!),
        StringComparer.Ordinal);

    /// <summary>Adds the broken rules by field path, such as <c>lines[0].quantity</c>.</summary>
    public void Check(JsonElement body, Dictionary<string, string[]> errors) => Check(body, "", errors);

    private void Check(JsonElement value, string path, Dictionary<string, string[]> errors)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors[path.Length == 0 ? "body" : path] = [$"must be an object, but was {KindOf(value)}."];
            return;
        }

        var prefix = path.Length == 0 ? "" : $"{path}.";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonText.HasLoneSurrogate(JsonMarshal.GetRawUtf8PropertyName(member)) ? "?" : member.Name;
            if (!_fields.TryGetValue(name, out var field))
            {
                var known = string.Join(", ", _fields.Keys.Select(field => prefix + field));
                errors[prefix + Echo(name)] = [$"is not a field of this body. Its fields are {known}."];
            }
            else if (!seen.Add(name))
            {
                errors[prefix + name] = ["must appear only once."];
            }
            else
            {
                field.Check(member.Value, prefix + name, errors);
            }
        }

        foreach (var (name, field) in _fields)
        {
            if (field.IsRequired && !seen.Contains(name))
            {
                errors[prefix + name] = ["is required."];
            }
        }
    }

    private static string Echo(string name) => name.Length <= 60 ? name : $"{name[..60]}…";

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "text",
        JsonValueKind.Number => value.GetRawText() is { Length: <= 40 } number ? number : "a long number",
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };

    private sealed class Field
    {
        private readonly Type _type;
        private readonly RangeAttribute? _range;
        private readonly ValidationAttribute[] _others;
        private readonly string[]? _choices;

        // For lists: the allowed number of items, and the rules of each item.
        private readonly LengthAttribute? _length;
        private readonly BodyRule? _object;
        private readonly Field? _value;

        public Field(PropertyInfo property)
            : this(property.PropertyType, [.. property.GetCustomAttributes<ValidationAttribute>()]) =>
            IsRequired = new NullabilityInfoContext().Create(property).ReadState != NullabilityState.Nullable
                && Nullable.GetUnderlyingType(property.PropertyType) is null;

        private Field(Type type, ValidationAttribute[] attributes)
        {
            _type = Nullable.GetUnderlyingType(type) ?? type;
            _range = attributes.OfType<RangeAttribute>().FirstOrDefault();
            _length = attributes.OfType<LengthAttribute>().FirstOrDefault();
            _others = [.. attributes.Where(attribute => attribute is not (RangeAttribute or LengthAttribute))];
            _choices = Choice.IsChoice(_type, out var names) ? names : null;
            IsRequired = true;
            if (_type.IsGenericType && _type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            {
                var item = _type.GetGenericArguments()[0];
                (_object, _value) = item.IsClass && item != typeof(string)
                    ? (new BodyRule(item), (Field?)null)
                    : (null, new Field(item, []));
            }
        }

        public bool IsRequired { get; }

        private bool IsList => _object is not null || _value is not null;

        public void Check(JsonElement value, string path, Dictionary<string, string[]> errors)
        {
            if (value.ValueKind == JsonValueKind.Null && !IsRequired)
            {
                return;
            }

            if (IsList && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= _length!.MaximumLength)
            {
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    var at = $"{path}[{index++}]";
                    _object?.Check(item, at, errors);
                    _value?.Check(item, at, errors);
                }
            }

            if (Broken(value) is { } rule)
            {
                errors[path] = [rule];
            }
        }

        private string? Broken(JsonElement value)
        {
            if (IsList)
            {
                return value.ValueKind == JsonValueKind.Array
                    && value.GetArrayLength() >= _length!.MinimumLength && value.GetArrayLength() <= _length.MaximumLength
                    ? null
                    : $"must be a list of {_length!.MinimumLength} to {_length.MaximumLength} "
                    + (_object is null ? "values" : "objects")
                    + (value.ValueKind == JsonValueKind.Array ? $", but has {value.GetArrayLength()}." : $", but was {KindOf(value)}.");
            }

            if (_type == typeof(JsonElement))
            {
                return value.ValueKind == JsonValueKind.Object
                    ? Array.Find(_others, attribute => !attribute.IsValid(value))?.FormatErrorMessage("")
                    : $"must be an object, but was {KindOf(value)}.";
            }

            return _choices is not null || _type == typeof(string) || _type == typeof(DateTimeOffset)
                ? BrokenText(value)
                : BrokenNumber(value);
        }

        private string? BrokenText(JsonElement value)
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                return _choices is null
                    ? $"must be text, but was {KindOf(value)}."
                    : $"must be one of {string.Join(", ", _choices)}, but was {KindOf(value)}.";
            }

            if (JsonText.HasLoneSurrogate(JsonMarshal.GetRawUtf8Value(value)))
            {
                return "must be valid Unicode, but contains half of a surrogate pair.";
            }

            var text = value.GetString()!;
            if (_choices is not null)
            {
                return _choices.Contains(text, StringComparer.OrdinalIgnoreCase)
                    ? null
                    : $"must be one of {string.Join(", ", _choices)}, but was '{Echo(text)}'.";
            }

            if (_type == typeof(DateTimeOffset))
            {
                return Rfc3339Timestamp.IsValid(text) ? null : $"{Rfc3339Timestamp.Rule}, but was '{Echo(text)}'.";
            }

            return Array.Find(_others, attribute => !attribute.IsValid(text))?.FormatErrorMessage("");
        }

        private string? BrokenNumber(JsonElement value)
        {
            var (smallest, largest) = NumberBounds.Of(_type, _range);
            var isWhole = _type != typeof(decimal);
            // 1.0 is an integer, as in JSON Schema (draft 2020-12, validation, 6.1.1).
            var isNumber = value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
                && (!isWhole || decimal.IsInteger(number))
                && number >= smallest && number <= largest;
            return isNumber
                ? null
                : $"must be {NumberBounds.KindOf(_type)} from {smallest} to {largest}, but was {KindOf(value)}.";
        }
    }
}
