using FsCheck;
using FsCheck.Fluent;

namespace OrdersMcp.Tests.McpServer.Oracle;

/// <summary>Schemas and values as JSON, with so few names and texts that they often match.</summary>
internal static class RandomSchemas
{
    private const int Depth = 2;

    private static readonly string[] Names = ["a", "b", "ab", "x1"];
    private static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];
    private static readonly string[] Numbers = ["-1", "0", "1", "2", "3", "5", "1.5", "2.0", "0.1", "0.3", "1000000000.3", "9007199254740993", "1e3"];
    private static readonly string[] Steps = ["1", "2", "0.5", "0.1"];
    private static readonly string[] Texts = ["\"\"", "\"a\"", "\"A\"", "\"ab\"", "\"x1\"", "\"5\"", "\"1.5\"", "\"true\"", "\"[1]\"", "\"{}\"", "\"é\""];
    private static readonly string[] Patterns = ["\"^a\"", "\"b$\"", "\"^[a-z]+$\"", "\"[0-9]\"", "\"^.$\""];

    /// <summary>The keywords that the checker treats like JSON Schema.</summary>
    private static readonly (string Keyword, Func<int, Gen<string>> Value)[] Known =
    [
        ("type", _ => Gen.OneOf(Quoted(Types), List(Quoted(Types), 1, 3))),
        ("type", _ => Quoted(Types)),
        ("enum", depth => List(Value(depth), 1, 3)),
        ("const", Value),
        ("minimum", _ => Gen.Elements(Numbers)),
        ("maximum", _ => Gen.Elements(Numbers)),
        ("exclusiveMinimum", _ => Gen.Elements(Numbers)),
        ("exclusiveMaximum", _ => Gen.Elements(Numbers)),
        ("multipleOf", _ => Gen.Elements(Steps)),
        ("minLength", _ => Count),
        ("maxLength", _ => Count),
        ("pattern", _ => Gen.Elements(Patterns)),
        ("minItems", _ => Count),
        ("maxItems", _ => Count),
        ("items", depth => Schema(depth - 1, Known!)),
        ("prefixItems", depth => List(Schema(depth - 1, Known!), 1, 3)),
        ("minProperties", _ => Count),
        ("maxProperties", _ => Count),
        ("required", _ => List(Quoted(Names), 1, 2)),
        ("properties", depth => Object(Names, Schema(depth - 1, Known!))),
        ("patternProperties", depth => Object(["^a", "b$", "[0-9]"], Schema(depth - 1, Known!))),
        ("additionalProperties", depth => Schema(depth - 1, Known!)),
        ("allOf", depth => List(Schema(depth - 1, Known!), 1, 2)),
        ("anyOf", depth => List(Schema(depth - 1, Known!), 1, 3)),
        ("not", depth => Schema(depth - 1, Known!)),
        ("$ref", _ => Gen.Constant("\"#/$defs/x\"")),
    ];

    /// <summary>Those keywords, and the keywords that the checker leaves to the API.</summary>
    private static readonly (string Keyword, Func<int, Gen<string>> Value)[] All =
    [
        .. Known.Where(each => each.Keyword is not ("items" or "properties" or "allOf" or "anyOf" or "not" or "$ref")),
        ("items", depth => Schema(depth - 1, All!)),
        ("properties", depth => Object(Names, Schema(depth - 1, All!))),
        ("allOf", depth => List(Schema(depth - 1, All!), 1, 2)),
        ("anyOf", depth => List(Schema(depth - 1, All!), 1, 3)),
        ("not", depth => Schema(depth - 1, All!)),
        ("not", depth => Schema(depth - 1, All!)),
        ("oneOf", depth => List(Schema(depth - 1, All!), 1, 3)),
        ("if", depth => Schema(depth - 1, All!)),
        ("then", depth => Schema(depth - 1, All!)),
        ("else", depth => Schema(depth - 1, All!)),
        ("contains", depth => Schema(depth - 1, All!)),
        ("minContains", _ => Count),
        ("maxContains", _ => Count),
        ("uniqueItems", _ => Gen.Elements("true", "false")),
        ("propertyNames", depth => Schema(depth - 1, All!)),
        ("dependentRequired", _ => Object(Names, List(Quoted(Names), 0, 2))),
        ("dependentSchemas", depth => Object(Names, Schema(depth - 1, All!))),
        ("unevaluatedProperties", depth => Schema(depth - 1, All!)),
        ("unevaluatedItems", depth => Schema(depth - 1, All!)),
    ];

    private static Gen<string> Count => Gen.Elements("0", "1", "2", "3");

    /// <summary>A schema of a tool with the argument <c>v</c>, and a value for that argument.</summary>
    /// <param name="isKnown">Whether the schema has only keywords that the checker knows.</param>
    public static Gen<(string Schema, string Value)> Cases(bool isKnown)
    {
        var keywords = isKnown ? Known : All;
        return from argument in Schema(Depth, keywords)
               from definition in Schema(1, [.. keywords.Where(each => each.Keyword != "$ref")], refers: false)
               from value in Value(Depth)
               select ($$"""{"type":"object","additionalProperties":false,"properties":{"v":{{argument}} },"$defs":{"x":{{definition}} } }""", value);
    }

    private static Gen<string> Schema(int depth, (string Keyword, Func<int, Gen<string>> Value)[] keywords, bool refers = true)
    {
        var plain = from type in Quoted(Types) select $$"""{"type":{{type}}}""";
        if (depth <= 0 || !refers)
        {
            return Gen.Frequency((1, Gen.Elements("true", "false", "{}")), (6, plain), (3, Flat));
        }

        return Gen.Frequency(
            (1, Gen.Elements("true", "false")),
            (9, from count in Gen.Choose(1, 4)
                from picked in Gen.Elements(keywords).ListOf(count)
                from members in picked.DistinctBy(each => each.Keyword).Aggregate(Gen.Constant(""), (before, each) =>
                    from members in before
                    from value in each.Value(depth)
                    select $"{members}{(members.Length > 0 ? "," : "")}\"{each.Keyword}\":{value}")
                select $"{{{members}}}"));
    }

    private static Gen<string> Flat =>
        from keyword in Gen.Elements("minimum", "maximum", "minLength", "maxItems", "const")
        from value in keyword is "minimum" or "maximum" ? Gen.Elements(Numbers) : keyword == "const" ? Value(1) : Count
        select $$"""{"{{keyword}}":{{value}}}""";

    private static Gen<string> Value(int depth)
    {
        var plain = Gen.OneOf(Gen.Elements("null", "true", "false"), Gen.Elements(Numbers), Gen.Elements(Texts));
        return depth <= 0
            ? plain
            : Gen.Frequency((4, plain), (2, List(Value(depth - 1), 0, 3)), (3, Object(Names, Value(depth - 1))));
    }

    private static Gen<string> Quoted(string[] texts) => Gen.Elements(texts).Select(text => $"\"{text}\"");

    private static Gen<string> List(Gen<string> item, int least, int most) =>
        from count in Gen.Choose(least, most)
        from items in item.ListOf(count)
        select $"[{string.Join(',', items.Distinct(StringComparer.Ordinal))}]";

    private static Gen<string> Object(string[] names, Gen<string> value) =>
        from picked in Gen.SubListOf(names)
        from values in value.ListOf(picked.Count)
        select $"{{{string.Join(',', picked.Zip(values, (name, each) => $"\"{name}\":{each}"))}}}";
}
