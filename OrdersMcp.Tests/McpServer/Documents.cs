namespace OrdersMcp.Tests.McpServer;

/// <summary>OpenAPI documents of the tests.</summary>
internal static class Documents
{
    /// <summary>A document with these paths and schemas.</summary>
    public static string With(string paths, string schemas = "{}", string version = "3.1.1") => $$"""
        {
          "openapi": "{{version}}",
          "info": { "title": "Test API", "version": "1" },
          "paths": {{paths}},
          "components": { "schemas": {{schemas}} }
        }
        """;

    public static readonly string Things = With(
        """
        {
          "/things/{thingId}": {
            "get": {
              "operationId": "get_thing",
              "summary": "Get a thing",
              "description": "Gets one thing by its id.",
              "parameters": [
                { "name": "thingId", "in": "path", "required": true, "description": "Its id.", "schema": { "type": "string" } }
              ],
              "responses": {
                "200": { "description": "The thing", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } }
              }
            },
            "delete": {
              "operationId": "delete_thing",
              "parameters": [ { "name": "thingId", "in": "path", "required": true, "schema": { "type": "string" } } ],
              "responses": { "204": { "description": "Gone" } }
            }
          },
          "/things": {
            "get": {
              "operationId": "list_things",
              "summary": "List things",
              "parameters": [
                { "name": "kind", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } },
                { "name": "X-Region", "in": "header", "schema": { "type": "string" } }
              ],
              "responses": { "200": { "description": "Things", "content": { "application/json": { "schema": { "type": "object" } } } } }
            },
            "post": {
              "operationId": "create_thing",
              "summary": "Create a thing",
              "requestBody": {
                "required": true,
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/NewThing" } } }
              },
              "responses": { "201": { "description": "Created", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } }
            }
          }
        }
        """,
        """
        {
          "Thing": {
            "type": "object",
            "required": ["id"],
            "properties": { "id": { "type": "string" }, "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } } }
          },
          "Part": { "type": "object", "properties": { "name": { "type": "string" }, "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } } } },
          "NewThing": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" }, "size": { "type": "integer" } } }
        }
        """);
}
