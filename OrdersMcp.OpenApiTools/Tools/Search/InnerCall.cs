using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.OpenApiTools.Tools.Search;

/// <summary>The call in the arguments of <see cref="OwnTools.Call"/>.</summary>
/// <param name="Name">The tool; null if it is not given.</param>
/// <param name="Arguments">Its arguments: an object, or an object as JSON text, as in direct calls; null for none.</param>
/// <param name="Problem">The problem with the arguments, or null.</param>
internal sealed record InnerCall(string? Name, JsonNode? Arguments, string? Problem)
{
    /// <summary>Reads any arguments, valid or not.</summary>
    public static InnerCall Read(JsonNode? arguments)
    {
        try
        {
            return Of(arguments);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // Texts and objects are parsed lazily, so these two exceptions show only when they are read.
            return new InnerCall(null, null, "A property is there twice, or a text has half a character (a lone surrogate).");
        }
    }

    /// <exception cref="InvalidOperationException">A text has a lone surrogate.</exception>
    /// <exception cref="ArgumentException">An object has a duplicate member.</exception>
    public static InnerCall Of(JsonNode? arguments)
    {
        var outer = ArgumentText.TryParse(arguments, out var read) ? read : arguments as JsonObject;
        if (outer?["name"].AsText() is not { Length: > 0 } name)
        {
            return new InnerCall(null, null, "name is required: the name of a tool.");
        }

        var inner = outer["arguments"];
        if (inner is not (null or JsonObject { Count: >= 0 }) && !ArgumentText.TryParse(inner, out _))
        {
            return new InnerCall(name, null, "arguments must be an object.");
        }

        return outer.FirstOrDefault(member => member.Key is not ("name" or "arguments")).Key is { } other
            ? new InnerCall(name, null, $"'{other}' is not expected beside name and arguments. The arguments of the tool belong into arguments.")
            : new InnerCall(name, inner, null);
    }
}
