using System.Text.Json.Nodes;

namespace OrdersMcp.Bench;

/// <summary>Operations as real documents have them: parameters, a body, and an answer with shared schemas.</summary>
internal static class LargeDocument
{
    /// <summary>A document of this many operations.</summary>
    public static JsonObject Of(int operations)
    {
        var paths = new JsonObject();
        for (var i = 0; i < operations; i++)
        {
            paths[$"/things{i}/{{thingId}}"] = JsonNode.Parse($$$"""
                {
                  "post": {
                    "operationId": "update_thing_{{{i}}}",
                    "summary": "Update thing {{{i}}}",
                    "description": "Changes the name, the tags and the owner of a thing of the kind {{{i}}}.",
                    "parameters": [
                      { "name": "thingId", "in": "path", "required": true, "schema": { "type": "integer", "minimum": 1 } },
                      { "name": "expand", "in": "query", "schema": { "type": "string", "enum": ["owner", "tags"] } }
                    ],
                    "requestBody": { "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Change" } } } },
                    "responses": { "200": { "description": "Changed.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } }
                  }
                }
                """);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Things", ["version"] = "1" },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = JsonNode.Parse("""
                    {
                      "Owner": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" }, "email": { "type": "string", "maxLength": 320 } } },
                      "Change": {
                        "type": "object", "required": ["name"], "additionalProperties": false,
                        "properties": {
                          "name": { "type": "string", "minLength": 1, "maxLength": 200 },
                          "tags": { "type": "array", "maxItems": 20, "items": { "type": "string" } },
                          "owner": { "$ref": "#/components/schemas/Owner" }
                        }
                      },
                      "Thing": {
                        "allOf": [
                          { "$ref": "#/components/schemas/Change" },
                          { "type": "object", "required": ["id", "version"], "properties": { "id": { "type": "integer" }, "version": { "type": "integer" }, "changedAt": { "type": "string", "format": "date-time" } } }
                        ]
                      }
                    }
                    """),
            },
        };
    }
}
