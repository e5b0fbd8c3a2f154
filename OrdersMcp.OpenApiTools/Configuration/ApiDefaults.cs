namespace OrdersMcp.OpenApiTools.Configuration;

/// <summary>
/// Defaults for the API of one name, for settings that it does not set itself; <c>Mcp:ApiDefaults:NAME</c>. Entries of
/// <c>Mcp:Apis</c> merge by index: settings of the first API in the settings file would also apply to another API that the
/// environment puts in its place.
/// </summary>
public sealed class ApiDefaults
{
    /// <summary>See <see cref="ApiOptions.OnBehalfOf"/>.</summary>
    public bool? OnBehalfOf { get; set; }

    /// <summary>See <see cref="ApiOptions.ExcludeTags"/>.</summary>
    public List<string>? ExcludeTags { get; set; }

    /// <summary>See <see cref="ApiOptions.OutputSchemas"/>.</summary>
    public OutputSchemas? OutputSchemas { get; set; }

    internal void Complete(ApiOptions api)
    {
        if (api.ResponseSchema is null)
        {
            api.OutputSchemas ??= OutputSchemas;
        }

        api.OnBehalfOf ??= OnBehalfOf;
        if (api.IncludeTags is null)
        {
            api.ExcludeTags ??= ExcludeTags;
        }
    }
}
