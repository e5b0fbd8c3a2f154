using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using OrdersMcp.Api.Parameters;

namespace OrdersMcp.Api.Bodies;

/// <summary>What a JSON object must be, read from the record that it becomes: its types and attributes.</summary>
internal sealed class BodyRule(Type record)
{
    private readonly Dictionary<string, Field> _fields = record.GetConstructors().Single().GetParameters().ToDictionary(
        parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!),
        parameter => new Field(record.GetProperty(parameter.Name!)!),
        StringComparer.Ordinal);

    /// <summary>Adds the rules that the object breaks, by the paths of the fields: <c>lines[0].quantity</c>.</summary>
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
            if (!TryText(() => member.Name, out var name) || !_fields.TryGetValue(name, out var field))
            {
                var known = string.Join(", ", _fields.Keys.Select(field => prefix + field));
                errors[prefix + Echo(name)] = [$"is not a field of this body. Its fields are {known}."];
            }
            else if (!seen.Add(name))
            {
                errors[prefix + name] = ["must be given once."];
            }
            else
            {
                Check(field, member.Value, prefix + name, errors);
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

    private static void Check(Field field, JsonElement value, string path, Dictionary<string, string[]> errors)
    {
        if (value.ValueKind == JsonValueKind.Null && !field.IsRequired)
        {
            return;
        }

        if (field.Items is not null && value.ValueKind == JsonValueKind.Array
            && field.Length is { } length && value.GetArrayLength() <= length.MaximumLength)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                field.Items.Check(item, $"{path}[{index++}]", errors);
            }
        }

        if (field.Broken(value) is { } rule)
        {
            errors[path] = [rule];
        }
    }

    private static bool TryText(Func<string> read, out string text)
    {
        try
        {
            text = read();
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escaped surrogate without its other half is JSON, but not text.
            text = "?";
            return false;
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

        public Field(PropertyInfo property)
        {
            var attributes = property.GetCustomAttributes<ValidationAttribute>().ToList();
            _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            _range = attributes.OfType<RangeAttribute>().FirstOrDefault();
            Length = attributes.OfType<LengthAttribute>().FirstOrDefault();
            _others = [.. attributes.Where(attribute => attribute is not (RangeAttribute or LengthAttribute))];
            IsRequired = new NullabilityInfoContext().Create(property).ReadState != NullabilityState.Nullable;
            Items = _type.IsGenericType && _type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                ? new BodyRule(_type.GetGenericArguments()[0])
                : null;
        }

        public bool IsRequired { get; }

        /// <summary>Of a list: the rules of its items.</summary>
        public BodyRule? Items { get; }

        /// <summary>Of a list: how many items it may have.</summary>
        public LengthAttribute? Length { get; }

        public string? Broken(JsonElement value)
        {
            if (Items is not null)
            {
                return value.ValueKind == JsonValueKind.Array
                    && value.GetArrayLength() >= Length!.MinimumLength && value.GetArrayLength() <= Length.MaximumLength
                    ? null
                    : $"must be a list of {Length!.MinimumLength} to {Length.MaximumLength} objects, but was "
                    + (value.ValueKind == JsonValueKind.Array ? $"one of {value.GetArrayLength()}." : $"{KindOf(value)}.");
            }

            if (_type == typeof(string))
            {
                if (value.ValueKind != JsonValueKind.String)
                {
                    return $"must be text, but was {KindOf(value)}.";
                }

                return TryText(() => value.GetString()!, out var text)
                    ? Array.Find(_others, attribute => !attribute.IsValid(text))?.FormatErrorMessage("")
                    : "must be valid Unicode, but has half of a surrogate pair.";
            }

            var (smallest, largest) = NumberBounds.Of(_type, _range);
            var isNumber = value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
                && number >= smallest && number <= largest;
            return isNumber
                ? null
                : $"must be {NumberBounds.KindOf(_type)} from {smallest} to {largest}, but was {KindOf(value)}.";
        }
    }
}
