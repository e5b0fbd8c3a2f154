using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;

namespace OrdersMcp.OpenApiTools.Operations.Requests;

/// <summary>Refuses <see cref="ApiOptions.OnBehalfOf"/> at start where nothing could tell an API who the caller is.</summary>
internal sealed class IntroductionCheck(IIntroduction? introduction = null) : IValidateOptions<OpenApiToolsOptions>
{
    public ValidateOptionsResult Validate(string? name, OpenApiToolsOptions options)
    {
        if (introduction is not null)
        {
            return ValidateOptionsResult.Success;
        }

        var problems = options.Apis
            .Select((api, i) => (Api: api, Setting: $"Mcp:Apis:{i}:OnBehalfOf"))
            .Where(each => each.Api is { InProcess: false, OnBehalfOf: true })
            .Select(each => $"{each.Setting} is true, but only OrdersMcp.McpServer tells an API on whose behalf it is called. Leave it out, and let the "
                + "authorization of the MCP endpoint decide who may call.")
            .ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
