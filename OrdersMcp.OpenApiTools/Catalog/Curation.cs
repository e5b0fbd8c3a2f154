using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.OpenApi;
using OrdersMcp.OpenApiTools.Text;

namespace OrdersMcp.OpenApiTools.Catalog;

/// <summary>Settings for single operations, which override the document (<c>Mcp:Apis:N:Tools</c>).</summary>
internal static class Curation
{
    /// <summary>Applies the settings to the operations.</summary>
    /// <exception cref="ApiDocumentException">A setting names an operation that does not exist.</exception>
    public static ApiOperation[] Apply(ApiOptions api, string setting, ApiOperation[] operations)
    {
        if (api.Tools.Count == 0)
        {
            return operations;
        }

        var keys = operations.SelectMany(operation => new[] { operation.Id, operation.ToString() }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (api.Tools.Keys.FirstOrDefault(key => !keys.Contains(key)) is { } unknown)
        {
            var nearest = NearestName.Of(unknown, keys);
            throw new ApiDocumentException(
                $"{setting}:Tools:{unknown} is for an operation that the document does not have.{(nearest is null ? "" : $" Did you mean '{nearest}'?")}");
        }

        return [.. operations.Select(operation => Of(api, operation) is { } tool ? operation with { Extensions = Curated(operation.Extensions, tool) } : operation)];
    }

    /// <summary>The settings of an operation, or null.</summary>
    public static ToolOptions? Of(ApiOptions api, ApiOperation operation) =>
        (operation.Id is not null ? api.Tools.GetValueOrDefault(operation.Id) : null) ?? api.Tools.GetValueOrDefault(operation.ToString());

    private static OperationExtensions Curated(OperationExtensions document, ToolOptions tool) => document with
    {
        Name = tool.Name ?? document.Name,
        Title = tool.Title ?? document.Title,
        Description = tool.Description ?? document.Description,
        Hide = tool.Hide || document.Hide,
    };
}
