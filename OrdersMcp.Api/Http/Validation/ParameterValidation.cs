using System.Reflection;
using Microsoft.Extensions.Primitives;
using OrdersMcp.Api.Http.Errors;

namespace OrdersMcp.Api.Http.Validation;

internal static class ParameterValidation
{
    /// <summary>
    /// Checks the parameters and body of an endpoint against its signature and responds with 400 and all errors; binding
    /// alone stops at the first. An unknown query parameter is an error, because a misspelt filter must not return an
    /// unfiltered list.
    /// </summary>
    public static TBuilder ValidateParameters<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(AcceptWholeNumbers);
        return builder.AddEndpointFilterFactory((endpoint, next) =>
        {
            var rules = ParameterRule.Of(endpoint.MethodInfo);
            var hasBody = Array.Exists(
                endpoint.MethodInfo.GetParameters(), parameter => parameter.ParameterType.IsAssignableTo(typeof(IBody)));
            return invocation =>
            {
                var body = hasBody ? invocation.Arguments.OfType<IBody>().First() : null;
                if (body?.Refusal is { } refusal)
                {
                    return ValueTask.FromResult<object?>(refusal);
                }

                var errors = Check(rules, invocation.HttpContext.Request);
                foreach (var (field, rule) in body?.Errors ?? [])
                {
                    errors.TryAdd(field, rule);
                }

                return errors.Count == 0
                    ? next(invocation)
                    : ValueTask.FromResult<object?>(Problems.InvalidParameters(errors));
            };
        });
    }

    /// <summary>Filters run after binding, which accepts only digits.</summary>
    private static void AcceptWholeNumbers(EndpointBuilder endpoint)
    {
        string[] integers =
        [
            .. endpoint.Metadata.OfType<MethodInfo>().SelectMany(ParameterRule.Of)
                .Where(rule => rule is { IsInteger: true, IsHeader: false }).Select(rule => rule.Name),
        ];
        if (integers.Length > 0)
        {
            var bind = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                WholeParameters.Normalize(context.Request, integers);
                return bind(context);
            };
        }
    }

    private static Dictionary<string, string[]> Check(IReadOnlyList<ParameterRule> rules, HttpRequest request)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            if (rule.Check(Values(rule, request)) is { } error)
            {
                errors[rule.Name] = [error];
            }
        }

        foreach (var name in request.Query.Keys)
        {
            var known = rules
                .Where(rule => !rule.IsHeader && !request.RouteValues.ContainsKey(rule.Name))
                .Select(rule => rule.Name);
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                errors[name] = known.Any()
                    ? [$"is not a parameter of this operation. Its query parameters are {string.Join(", ", known)}."]
                    : ["is not a parameter of this operation, which takes no query parameters."];
            }
        }

        return errors;
    }

    private static StringValues Values(ParameterRule rule, HttpRequest request)
    {
        if (rule.IsHeader)
        {
            // Several header lines equal one line with commas (RFC 9110, 5.3).
            return request.Headers.TryGetValue(rule.Name, out var lines) ? lines.ToString() : StringValues.Empty;
        }

        return request.RouteValues.TryGetValue(rule.Name, out var value)
            ? new StringValues(value?.ToString())
            : request.Query[rule.Name];
    }
}
