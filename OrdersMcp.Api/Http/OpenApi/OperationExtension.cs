using System.Text.Json.Nodes;
using OrdersMcp.ServiceDefaults.Authentication;

namespace OrdersMcp.Api.Http.OpenApi;

/// <summary>The <c>x-mcp</c> of an operation.</summary>
internal static class OperationExtension
{
    /// <returns>The extension, or null if the operation has no metadata for it.</returns>
    public static JsonObject? Of(IList<object> metadata)
    {
        if (metadata.OfType<IRequiresScopes>().LastOrDefault() is not { Scopes: var scopes })
        {
            return null;
        }

        var extension = new JsonObject { ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]) };
        if (metadata.OfType<McpHidden>().Any())
        {
            extension["hide"] = true;
        }

        if (metadata.OfType<McpResource>().LastOrDefault() is { } resource)
        {
            extension["resource"] = Write(resource);
        }

        if (metadata.OfType<McpConfirmation>().LastOrDefault() is { } confirmation)
        {
            extension["confirm"] = Write(confirmation);
            extension["annotations"] = new JsonObject { ["destructiveHint"] = true };
        }

        if (metadata.OfType<McpApp>().LastOrDefault() is { } app)
        {
            extension["app"] = app.Name;
        }

        if (metadata.OfType<McpTask>().LastOrDefault() is { } task)
        {
            extension["task"] = new JsonObject
            {
                ["get"] = task.Get,
                ["cancel"] = task.Cancel,
                ["resource"] = task.Resource,
                ["parameter"] = task.Parameter,
            };
        }

        return extension;
    }

    /// <summary>The operation that completes a parameter or an argument.</summary>
    public static JsonObject Completion(string operation) => new() { ["operation"] = operation };

    private static JsonObject Write(McpResource resource)
    {
        var written = new JsonObject { ["uri"] = resource.Uri };
        if (resource.Complete.Count > 0)
        {
            written["complete"] = new JsonObject(resource.Complete.Select(complete =>
                KeyValuePair.Create(complete.Parameter, (JsonNode?)Completion(complete.Operation))));
        }

        return written;
    }

    private static JsonNode Write(McpConfirmation confirmation)
    {
        if (confirmation.Preview is null && confirmation.Repeat is null)
        {
            return confirmation.Message;
        }

        var written = new JsonObject { ["message"] = confirmation.Message };
        if (confirmation.Preview is { } preview)
        {
            written["preview"] = preview;
        }

        if (confirmation.Repeat is { } repeat)
        {
            written["repeat"] = repeat;
        }

        return written;
    }
}
