using System.Text.Json;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;
using OrdersMcp.Tests.Hosting;

namespace OrdersMcp.Tests.McpServer.Confirmation;

/// <summary>Confirmations from documents, and their warnings.</summary>
[Trait("Category", "Unit")]
public sealed class ConfirmationPlanTests
{
    [Theory]
    [InlineData("Cancel order 3? It is pending.", "Yes, cancel order 3")]
    [InlineData("Delete an order? (orderId 7)", "Yes, delete an order")]
    [InlineData("This cannot be undone. Go on?", "Yes, delete an order")]
    [InlineData("The order is cancelled", "Yes, delete an order")]
    [InlineData("?", "Yes, delete an order")]
    public void Checkbox_names_the_consent(string question, string consent) =>
        Assert.Equal(consent, new ConfirmationQuestion("Delete an order", Template: null, []).Consent(question));

    [Fact]
    public void Argument_of_clients_that_cannot_ask_repeats_another()
    {
        var tool = ToolBench.Of(ShopApi.Document).Tools.Single(tool => tool.Definition.Name == "cancel_order");

        var property = tool.Definition.InputSchema.GetProperty("properties").GetProperty("confirmOrderId");
        Assert.Equal("""{"type":"integer","description":"Repeats orderId once the user agreed."}""", JsonSerializer.Serialize(property));
        Assert.DoesNotContain("confirmOrderId", tool.Definition.InputSchema.GetProperty("required").GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConfirmationPolicy.WhenSupported)]
    [InlineData(ConfirmationPolicy.Never)]
    public void Argument_is_only_there_where_it_is_needed(ConfirmationPolicy policy)
    {
        var bench = ToolBench.Of(ShopApi.Document, api => api.Confirmation = policy);

        Assert.All(bench.Tools, tool => Assert.DoesNotContain("confirm", tool.Definition.InputSchema.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public void Argument_gets_a_name_that_is_free()
    {
        var bench = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "confirm", "in": "query", "schema": { "type": "string" } } ], "x-mcp": { "confirm": true } }""",
            method: "delete");

        Assert.Equal("boolean", bench.Property("confirm_2").GetProperty("type").GetString());
        Assert.Equal("string", bench.Property("confirm").GetProperty("type").GetString());
    }

    [Fact]
    public void Preview_need_not_be_a_tool()
    {
        var bench = ToolBench.Of(ShopApi.Document, api => api.ExcludeOperations = ["get_order"]);

        Assert.NotNull(bench.Tools.Single(tool => tool.Definition.Name == "cancel_order").Confirmation!.Preview);
        Assert.DoesNotContain("get_order", bench.Names);
        Assert.Empty(bench.Warnings);
    }

    [Theory]
    [InlineData("""{ "message": "{note}?", "preview": "get_order" }""", "'note'")]
    [InlineData("""{ "message": "{customer.name}?", "preview": "get_order" }""", "'customer.name'")]
    [InlineData("""{ "message": "{nothing}?", "preview": "get_order" }""", "'nothing'")]
    [InlineData("""{ "message": "{id}?" }""", "'id'")]
    [InlineData("""{ "preview": "no_such" }""", "'no_such'")]
    [InlineData("""{ "preview": "delete_order" }""", "'delete_order'")]
    [InlineData("""{ "preview": "get_other" }""", "'otherId'")]
    [InlineData("""{ "repeat": "number" }""", "'number'")]
    public void Unusable_part_gives_a_warning_and_the_call_is_still_confirmed(string confirm, string named)
    {
        var bench = ToolBench.Of(Documents.With(
            $$"""
            {
              "/orders/{orderId}": {
                "parameters": [ { "name": "orderId", "in": "path", "required": true, "schema": { "type": "integer" } } ],
                "get": { "operationId": "get_order", "responses": { "200": { "description": "", "content": { "application/json": { "schema": { "type": "object", "properties": {
                  "id": { "type": "integer" }, "note": { "type": "string", "x-untrusted": true },
                  "customer": { "$ref": "#/components/schemas/Customer" } } } } } } } },
                "delete": { "operationId": "delete_order", "summary": "Delete an order", "x-mcp": { "confirm": {{confirm}} } }
              },
              "/others/{otherId}": { "get": { "operationId": "get_other", "parameters": [ { "name": "otherId", "in": "path", "required": true, "schema": { "type": "integer" } } ] } }
            }
            """,
            """{ "Customer": { "allOf": [ { "type": "object", "properties": { "name": { "type": "string", "x-untrusted": true } } } ] } }"""));

        var tool = bench.Tools.Single(tool => tool.Definition.Name == "delete_order");
        Assert.Contains(named, Assert.Single(bench.Warnings).Text, StringComparison.Ordinal);
        Assert.Equal("Delete an order? (orderId 7)", tool.Confirmation!.Question.Ask(Arguments("""{"orderId":7}"""), default));
    }

    [Fact]
    public void Text_without_fields_says_what_the_call_is_for()
    {
        var tool = ToolBench.OfOperation(
            """{ "operationId": "x", "parameters": [ { "name": "id", "in": "path", "required": true, "schema": {} } ], "x-mcp": { "confirm": "Really?" } }""",
            path: "/x/{id}", method: "delete").Tool;

        Assert.Equal("Really? (id a b)", tool.Confirmation!.Question.Ask(Arguments("""{"id":"a\nb"}"""), default));
    }

    [Theory]
    [InlineData("{a} {b.c} {d} {e} {f}", "1.50 x yes – –")]
    [InlineData("{b} {} { a } {a-b} {{a}}", "– {} { a } {a-b} {1.50}")]
    [InlineData("no fields", "no fields")]
    public void Template_is_filled_with_single_values(string template, string text) =>
        Assert.Equal(text, new MessageTemplate(template).Fill(JsonElement.Parse("""{"a":1.50,"b":{"c":"x"},"d":true,"e":[1]}""")));

    [Fact]
    public void Value_stays_in_its_line_and_is_bounded()
    {
        var text = new MessageTemplate("{a}").Fill(JsonElement.Parse($$"""{"a":"one\r\ntwo\u202Ethree \uD83D\uDE00 {{new string('x', 500)}}"}"""));

        Assert.StartsWith("one twothree 😀", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 10, 100);
    }

    [Theory]
    [InlineData("\"3\"", true)]
    [InlineData("3", true)]
    [InlineData("\"2\", \"3\"", true)]
    [InlineData("*", true)]
    [InlineData("\"33\"", false)]
    [InlineData("W/\"3\"", false)]
    public void Versions_are_matched_as_entity_tags(string ifMatch, bool matches) =>
        Assert.Equal(matches, EntityTags.Match(ifMatch, "\"3\""));

    [Fact]
    public void Arguments_have_one_spelling()
    {
        var text = CanonicalJson.Of(Arguments("""{ "b": [1, {"z": 1.0, "a": null}], "a": "\u00e9" }"""));

        Assert.Equal(CanonicalJson.Of(Arguments("""{"a":"é","b":[1,{"a":null,"z":1.0}]}""")), text);
        Assert.NotEqual(CanonicalJson.Of(Arguments("""{"a":"é","b":[{"a":null,"z":1.0},1]}""")), text);
    }

    [Fact]
    public void Used_confirmations_are_remembered_until_they_expire_and_never_too_many()
    {
        var time = new ShiftedTime();
        var nonces = new UsedNonces(time);
        var expires = time.GetUtcNow() + TimeSpan.FromMinutes(5);

        Assert.True(nonces.TryUse("a", expires));
        Assert.False(nonces.TryUse("a", expires));
        for (var i = 0; i < UsedNonces.Capacity; i++)
        {
            Assert.True(nonces.TryUse($"{i}", expires));
        }

        Assert.True(nonces.TryUse("a", expires)); // the oldest was dropped
        Assert.False(nonces.TryUse("9999", expires));
        time.Shift = TimeSpan.FromMinutes(6);
        Assert.True(nonces.TryUse("9999", expires));
    }

    private static Dictionary<string, JsonElement> Arguments(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
}
