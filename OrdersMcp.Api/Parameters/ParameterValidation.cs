using Microsoft.Extensions.Primitives;
using OrdersMcp.Api.Errors;

namespace OrdersMcp.Api.Parameters;

internal static class ParameterValidation
{
    /// <summary>
    /// Checks the route and query parameters of endpoints against their signatures and answers 400 with all that is
    /// wrong, where binding alone would stop at the first. A query parameter that an endpoint does not know is an
    /// error: a misspelt filter must not become an unfiltered answer.
    /// </summary>
    public static TBuilder ValidateParameters<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilterFactory((endpoint, next) =>
        {
            var rules = ParameterRule.Of(endpoint.MethodInfo);
            return invocation =>
            {
                var errors = Check(rules, invocation.HttpContext.Request);
                return errors.Count == 0
                    ? next(invocation)
                    : ValueTask.FromResult<object?>(Problems.InvalidParameters(errors));
            };
        });

    private static Dictionary<string, string[]> Check(IReadOnlyList<ParameterRule> rules, HttpRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            var values = request.RouteValues.TryGetValue(rule.Name, out var value)
                ? new StringValues(value?.ToString())
                : request.Query[rule.Name];
            if (rule.Check(values) is { } error)
            {
                errors[rule.Name] = [error];
            }
        }

        foreach (var name in request.Query.Keys)
        {
            var known = rules.Where(rule => !request.RouteValues.ContainsKey(rule.Name)).Select(rule => rule.Name);
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                errors[name] = known.Any()
                    ? [$"is not a parameter of this operation. Its query parameters are {string.Join(", ", known)}."]
                    : ["is not a parameter of this operation, which has no query parameters."];
            }
        }

        return errors;
    }
}
