using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.OpenApiTools.Operations.Arguments;

/// <summary>Makes arguments from an operation's parameters.</summary>
internal static class ParameterArguments
{
    private const int LongestExample = 40;
    private const string KeyArgument = "idempotencyKey";
    private const string KeyHeader = "Idempotency-Key";
    private const string KeyDescription = "Calls with the same key count once; left out, each call has its own.";

    public static void AddTo(ArgumentList arguments, IEnumerable<ApiParameter> parameters)
    {
        foreach (var parameter in parameters.OrderBy(parameter => PlaceOf(parameter.Location)))
        {
            if (parameter.Location == "header" && parameter.Name.Equals(KeyHeader, StringComparison.OrdinalIgnoreCase))
            {
                AddKey(arguments, parameter);
            }
            else
            {
                Add(arguments, parameter);
            }
        }
    }

    private static ArgumentPlace PlaceOf(string location) => location switch
    {
        "path" => ArgumentPlace.Path,
        "query" => ArgumentPlace.Query,
        "header" => ArgumentPlace.Header,
        _ => ArgumentPlace.Cookie,
    };

    private static void AddKey(ArgumentList arguments, ApiParameter parameter)
    {
        var key = arguments.WriteSchema(parameter.Schema, KeyDescription);
        foreach (var keyword in new[] { "examples", "minLength", "maxLength", "format", "pattern" })
        {
            key.Remove(keyword); // the API checks the key, and few calls have one
        }

        var name = arguments.Unique(KeyArgument, "header");
        arguments.Add(key, new ArgumentBinding(name, ArgumentPlace.IdempotencyKey, KeyHeader), isRequired: false);
    }

    private static void Add(ArgumentList arguments, ApiParameter parameter)
    {
        var schema = arguments.WriteSchema(parameter.Schema, parameter.Description);
        if (parameter.Deprecated)
        {
            schema["deprecated"] = true;
        }

        if (!schema.ContainsKey("examples") && !schema.ContainsKey("enum") && !schema.ContainsKey("default")
            && parameter.Example.ValueKind == JsonValueKind.String && parameter.Example.Size() <= LongestExample)
        {
            schema["examples"] = new JsonArray(JsonValue.Create(parameter.Example));
        }

        var name = arguments.Unique(parameter.Name, parameter.Location);
        arguments.Add(
            schema,
            new ArgumentBinding(name, PlaceOf(parameter.Location), parameter.Name, parameter.Style, parameter.IsJson),
            parameter.Required,
            sendsNull: false); // no style can serialize null
    }
}
