using System.Text.Json;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Operations;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>How calls of a tool are confirmed.</summary>
/// <param name="Policy">Always or when supported.</param>
/// <param name="Message">The document's question for the person; empty if the title is used.</param>
/// <param name="Question">The question for the person.</param>
/// <param name="Preview">Shows what the call will change; null if there is no preview.</param>
/// <param name="PreviewArguments">The arguments of the call that the preview accepts.</param>
/// <param name="Argument">The argument for clients that cannot ask a person; null if the policy does not need it.</param>
/// <param name="VersionArgument">The argument for the header <c>If-Match</c>, if the operation has it.</param>
internal sealed record ConfirmationPlan(
    ConfirmationPolicy Policy,
    string Message,
    ConfirmationQuestion Question,
    OperationTool? Preview,
    IReadOnlyList<string> PreviewArguments,
    ConfirmationArgument? Argument,
    string? VersionArgument);

/// <summary>The argument for clients that cannot ask a person: a repeated argument, or true.</summary>
/// <param name="Name">Its name, such as <c>confirmThingId</c>.</param>
/// <param name="Repeats">The argument that it repeats; null if its value is true.</param>
internal sealed record ConfirmationArgument(string Name, string? Repeats)
{
    /// <summary>Whether the call is confirmed, or null if the argument is absent.</summary>
    public bool? Confirms(IDictionary<string, JsonElement> arguments)
    {
        if (!arguments.TryGetValue(Name, out var given))
        {
            return null;
        }

        return Repeats is null
            ? given.ValueKind == JsonValueKind.True
            : arguments.TryGetValue(Repeats, out var repeated) && JsonElement.DeepEquals(given, repeated);
    }

    /// <summary>The value that confirms the call.</summary>
    public JsonElement Expected(IDictionary<string, JsonElement> arguments) =>
        Repeats is not null && arguments.TryGetValue(Repeats, out var repeated) ? repeated : JsonElement.Parse("true");
}
