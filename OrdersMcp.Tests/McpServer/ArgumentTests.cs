namespace OrdersMcp.Tests.McpServer;

/// <summary>Arguments are checked against the tool schema before any request.</summary>
[Trait("Category", "Unit")]
public sealed class ArgumentTests
{
    [Theory]
    [InlineData("""{ "type": "integer" }""", "\"five\"", "must be an integer, but is the string \"five\".")]
    [InlineData("""{ "type": "integer" }""", "1.5", "must be an integer, but is 1.5.")]
    [InlineData("""{ "type": ["string", "null"] }""", "{}", "must be a string, but is an object.")]
    [InlineData("""{ "type": "boolean" }""", "1", "must be true or false, but is 1.")]
    [InlineData("""{ "enum": ["a", "b"] }""", "\"c\"", "must be one of \"a\", \"b\", but is \"c\".")]
    [InlineData("""{ "const": 1 }""", "2", "must be 1, but is 2.")]
    [InlineData("""{ "type": "integer", "minimum": 1, "maximum": 200 }""", "201", "must be at least 1 and at most 200, but is 201.")]
    [InlineData("""{ "type": "number", "exclusiveMinimum": 0 }""", "0", "must be more than 0, but is 0.")]
    [InlineData("""{ "type": "number", "multipleOf": 0.01 }""", "0.015", "must be a multiple of 0.01, but is 0.015.")]
    [InlineData("""{ "type": "string", "maxLength": 3 }""", "\"four\"", "must have at most 3 characters, but has 4.")]
    [InlineData("""{ "type": "string", "minLength": 1 }""", "\"\"", "must have at least 1 characters, but has 0.")]
    [InlineData("""{ "type": "string", "pattern": "^[A-Z]+$" }""", "\"abc\"", "must match the pattern ^[A-Z]+$.")]
    [InlineData("""{ "type": "array", "minItems": 1, "maxItems": 2 }""", "[]", "must have 1 to 2 items, but has 0.")]
    [InlineData("""{ "type": "object", "maxProperties": 1 }""", """{"a":1,"b":2}""", "must have at most 1 properties, but has 2.")]
    [InlineData("""{ "allOf": [ { "type": "string" }, { "maxLength": 1 } ] }""", "\"ab\"", "must have at most 1 characters, but has 2.")]
    [InlineData("false", "1", "is not allowed.")]
    public async Task Broken_rule_is_named(string schema, string value, string rule)
    {
        var errors = await Bench(schema).ErrorsAsync($$"""{ "v": {{value}} }""");

        Assert.Equal(rule, Assert.Single(errors["v"]!.AsArray())!.ToString());
    }

    [Theory]
    [InlineData("""{ "type": "string", "maxLength": 1 }""", "\"𝄞\"")]
    [InlineData("""{ "type": "number", "multipleOf": 0.01 }""", "0.07")]
    [InlineData("""{ "anyOf": [ { "type": "string" }, { "type": "integer" } ] }""", "5")]
    [InlineData("""{ "type": ["integer", "null"] }""", "null")]
    [InlineData("true", "{}")]
    [InlineData("""{ "type": "string", "pattern": "(?P<x>a)" }""", "\"b\"")] // another dialect
    [InlineData("""{ "type": "string", "format": "date" }""", "\"soon\"")] // the API checks formats
    [InlineData("""{ "type": "string", "format": "date-time" }""", "\"2026-09-01T02:00:00+02:00\"")]
    [InlineData("""{ "type": "string", "format": "date-time" }""", "\"yesterday\"")]
    public async Task Value_that_the_schema_allows_is_sent(string schema, string value) =>
        await Bench(schema).TargetAsync($$"""{ "v": {{value}} }""");

    [Fact]
    public async Task All_problems_come_at_once_with_their_paths()
    {
        var bench = ToolBench.OfBody(
            """
            { "type": "object", "required": ["customerId", "lines"], "properties": { "customerId": { "type": "integer" }, "note": { "type": "string" },
              "lines": { "type": "array", "items": { "type": "object", "required": ["sku"], "additionalProperties": false,
                "properties": { "sku": { "type": "string" }, "quantity": { "type": "integer", "minimum": 1 } } } } } }
            """);

        var errors = await bench.ErrorsAsync("""{ "lines": [ { "sku": "A" }, { "quantitty": 0, "quantity": 0 } ], "notes": "x" }""");

        Assert.Equal(
            ["customerId", "lines[1].quantitty", "lines[1].quantity", "lines[1].sku", "notes"],
            errors.Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.Contains("Did you mean 'quantity'?", errors["lines[1].quantitty"]![0]!.ToString(), StringComparison.Ordinal);
        Assert.Contains("Did you mean 'note'?", errors["notes"]![0]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("customer_id", "customerId")]
    [InlineData("CustomerID", "customerId")]
    [InlineData("custmerId", "customerId")]
    [InlineData("customreId", "customerId")]
    [InlineData("colour", null)]
    public async Task Nearest_name_is_suggested_for_a_misspelt_one(string name, string? suggestion)
    {
        var bench = ToolBench.OfBody("""{ "type": "object", "properties": { "customerId": {}, "status": {} } }""");

        var rule = (await bench.ErrorsAsync($$"""{ "{{name}}": 1 }"""))[name]![0]!.ToString();

        Assert.Contains(suggestion is null ? "Those are customerId, status." : $"Did you mean '{suggestion}'?", rule, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "type": "integer" }""", "\"5\"", "5")]
    [InlineData("""{ "type": "integer" }""", "5.0", "5")]
    [InlineData("""{ "type": "integer" }""", "\"1.0\"", "1")]
    [InlineData("""{ "type": ["integer", "null"] }""", "\"-2.00\"", "-2")]
    [InlineData("""{ "type": "string", "format": "date-time" }""", "\"2026-09-01t00:00:00z\"", "\"2026-09-01T00:00:00Z\"")]
    [InlineData("""{ "type": "string", "format": "date-time" }""", "\"2026-09-01T02:00:00%2B02:00\"", "\"2026-09-01T02:00:00+02:00\"")]
    [InlineData("""{ "type": "string", "format": "date-time" }""", "\"2026-09-01T02:00:00 02:00\"", "\"2026-09-01T02:00:00+02:00\"")]
    [InlineData("""{ "type": "string", "format": "date-time" }""", "\"2026-09-01 02:00:00.5-02:00\"", "\"2026-09-01T02:00:00.5-02:00\"")]
    [InlineData("""{ "anyOf": [ { "type": "string", "format": "date-time" }, { "type": "null" } ] }""", "\"2026-09-01t00:00:00z\"", "\"2026-09-01T00:00:00Z\"")]
    [InlineData("""{ "type": "number" }""", "\"-1.5\"", "-1.5")]
    [InlineData("""{ "type": "boolean" }""", "\"true\"", "true")]
    [InlineData("""{ "type": "string" }""", "123", "\"123\"")]
    [InlineData("""{ "type": "array", "items": { "type": "string" } }""", "\"a\"", """["a"]""")]
    [InlineData("""{ "type": "array", "items": { "type": "integer" } }""", "\"7\"", """[7]""")]
    [InlineData("""{ "type": "array", "items": { "type": "integer" } }""", "\"[1,2]\"", "[1,2]")]
    [InlineData("""{ "type": "object" }""", "\"{\\\"a\\\":1}\"", """{"a":1}""")]
    [InlineData("""{ "enum": ["pending", "shipped"] }""", "\"Pending\"", "\"pending\"")]
    [InlineData("""{ "type": "object", "properties": { "n": { "type": "integer" } } }""", """{"n":"5"}""", """{"n":5}""")]
    [InlineData("""{ "anyOf": [ { "type": "integer" }, { "type": "null" } ] }""", "\"5\"", "5")]
    public async Task Unambiguous_mistake_is_coerced_with_a_note(string schema, string value, string sent)
    {
        var bench = ToolBench.OfBody($$"""{ "type": "object", "properties": { "v": {{schema}} } }""");

        var result = await bench.CallAsync($$"""{ "v": {{value}} }""");

        Assert.Equal($$"""{"v":{{sent}}}""", bench.Request.Body);
        Assert.StartsWith("Note: v", Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(result.Content[^1]).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "type": "integer" }""", "\"5 \"")]
    [InlineData("""{ "type": "integer" }""", "\"007\"")]
    [InlineData("""{ "type": "integer" }""", "\"1e3\"")]
    [InlineData("""{ "type": "integer" }""", "\"5.5\"")]
    [InlineData("""{ "type": "boolean" }""", "\"yes\"")]
    [InlineData("""{ "type": "string" }""", "true")]
    [InlineData("""{ "type": "array", "items": { "type": "integer" } }""", "\"a\"")]
    [InlineData("""{ "enum": ["a", "A"] }""", "\"á\"")]
    public async Task Ambiguous_mistake_is_rejected(string schema, string value) =>
        Assert.NotEmpty(await Bench(schema).ErrorsAsync($$"""{ "v": {{value}} }"""));

    [Theory]
    [InlineData("""{ "enum": ["a", "b"] }""", "")]
    [InlineData("""{ "type": "string", "enum": ["a", "b"] }""", "null")]
    [InlineData("""{ "const": "a" }""", "")]
    [InlineData("""{ "type": "string", "pattern": "^[A-Z]+$" }""", "")]
    [InlineData("""{ "type": "string", "pattern": "^[A-Z]+$" }""", "null")]
    [InlineData("""{ "type": "string", "format": "date-time" }""", "")]
    [InlineData("""{ "type": "string", "format": "uuid" }""", "null")]
    [InlineData("""{ "type": "integer" }""", "")]
    [InlineData("""{ "type": "boolean" }""", "null")]
    [InlineData("""{ "anyOf": [ { "enum": ["a"] }, { "type": "null" } ] }""", "")]
    [InlineData("""{ "allOf": [ { "enum": ["a"] } ] }""", "null")]
    [InlineData("""{ "type": "array", "items": { "enum": ["a"] } }""", "")]
    public async Task Word_for_absence_is_read_as_absence_with_a_note_where_it_can_be_nothing_else(string schema, string word)
    {
        var bench = ToolBench.OfBody($$"""{ "type": "object", "properties": { "v": {{schema}}, "w": {} } }""");

        var result = await bench.CallAsync($$"""{ "v": "{{word}}", "w": 1 }""");

        Assert.Equal("""{"w":1}""", bench.Request.Body);
        Assert.Equal($"Note: v was \"{word}\" and was treated as missing.", Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(result.Content[^1]).Text);
    }

    [Theory]
    [InlineData("""{ "type": "string" }""", "")]
    [InlineData("""{ "type": "string" }""", "null")]
    [InlineData("""{ "enum": ["", "a"] }""", "")]
    [InlineData("""{ "enum": ["null", "a"] }""", "null")]
    [InlineData("""{ "type": "string", "pattern": "^[a-z]*$" }""", "null")]
    [InlineData("""{ "anyOf": [ { "enum": ["a"] }, { "type": "string" } ] }""", "")]
    public async Task Word_for_absence_that_the_schema_allows_is_sent(string schema, string word)
    {
        var bench = ToolBench.OfBody($$"""{ "type": "object", "properties": { "v": {{schema}} } }""");

        await bench.TargetAsync($$"""{ "v": "{{word}}" }""");

        Assert.Equal($$"""{"v":"{{word}}"}""", bench.Request.Body);
    }

    [Fact]
    public async Task Word_for_absence_is_none_for_a_required_argument()
    {
        var bench = ToolBench.OfBody("""{ "type": "object", "required": ["v"], "properties": { "v": { "enum": ["a"] } } }""");

        Assert.Equal("must be \"a\", but is \"\".", (await bench.ErrorsAsync("""{ "v": "" }"""))["v"]![0]!.ToString());
    }

    [Fact]
    public async Task Empty_cursor_is_that_of_the_first_page()
    {
        var bench = ToolBench.OfOperation(
            """
            { "operationId": "x", "parameters": [
              { "name": "cursor", "in": "query", "schema": { "type": "string" } }, { "name": "limit", "in": "query", "schema": { "type": "integer" } } ] }
            """);

        Assert.Equal("/x?limit=1", await bench.TargetAsync("""{ "cursor": "", "limit": 1 }"""));
    }

    [Theory]
    [InlineData("schl\u00FCssel", "ASCII")]
    [InlineData("\u0416", "ASCII")]
    [InlineData("a\\r\\nX-Evil: 1", "line break")]
    [InlineData("a\\u0000", "control character")]
    [InlineData("a\\u0085b", "control character")]
    public async Task Text_that_no_header_can_hold_is_an_argument_error(string text, string reason)
    {
        var bench = ToolBench.OfOperation(
            """
            { "operationId": "x", "parameters": [
              { "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" } },
              { "name": "If-Match", "in": "header", "schema": { "type": "string" } },
              { "name": "X-Tags", "in": "header", "schema": { "type": "array", "items": { "type": "string" } } } ] }
            """,
            method: "post");

        foreach (var (name, value) in new[] { ("idempotencyKey", $"\"{text}\""), ("ifMatch", $"\"{text}\""), ("xTags", $"[\"a\",\"{text}\"]") })
        {
            var errors = await bench.ErrorsAsync($$"""{ "{{name}}": {{value}} }""");

            Assert.Equal(name, Assert.Single(errors).Key);
            Assert.Contains(reason, errors[name]![0]!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Header_of_json_has_escapes_for_what_a_header_cannot_hold()
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "X-Filter", "in": "header", "content": { "application/json": { "schema": { "type": "object" } } } } ] }""");

        await bench.TargetAsync("""{ "X-Filter": { "name": "ü" } }""");

        Assert.Equal("""{"name":"\u00FC"}""", bench.Request.Headers["X-Filter"]);
    }

    [Fact]
    public async Task Null_for_an_optional_argument_equals_absence()
    {
        var bench = ToolBench.OfBody("""{ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": ["string", "null"] } } }""");

        await bench.TargetAsync("""{ "a": null, "b": null }""");

        Assert.Equal("""{"b":null}""", bench.Request.Body);
    }

    [Fact]
    public async Task Nearest_alternative_reports_the_problem()
    {
        var bench = ToolBench.OfBody(
            """
            { "type": "object", "properties": { "pay": { "oneOf": [
              { "type": "object", "required": ["iban"], "properties": { "kind": { "const": "bank" }, "iban": { "type": "string" } } },
              { "type": "object", "required": ["number", "expires"], "properties": { "kind": { "const": "card" }, "number": { "type": "string" }, "expires": { "type": "string" } } } ] } } }
            """);

        var errors = await bench.ErrorsAsync("""{ "pay": { "kind": "card", "number": "1" } }""");

        Assert.Equal("is required.", errors["pay.expires"]![0]!.ToString());
        Assert.Null(errors["pay.iban"]);
    }

    [Fact]
    public async Task Recursive_arguments_are_checked_to_their_depth()
    {
        var bench = ToolBench.OfBody(
            """{ "type": "object", "properties": { "root": { "$ref": "#/components/schemas/Node" } } }""",
            """{ "Node": { "type": "object", "properties": { "name": { "type": "string", "maxLength": 2 }, "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } } } } }""");

        var errors = await bench.ErrorsAsync("""{ "root": { "children": [ { "children": [ { "name": "long" } ] } ] } }""");

        Assert.Equal("root.children[0].children[0].name", Assert.Single(errors).Key);
    }

    private static ToolBench Bench(string schema) => ToolBench.OfBody($$"""{ "type": "object", "properties": { "v": {{schema}} } }""");
}
