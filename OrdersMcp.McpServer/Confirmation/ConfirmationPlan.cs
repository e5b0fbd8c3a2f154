using System.Text.Json;
using OrdersMcp.McpServer.Configuration;
using OrdersMcp.McpServer.Operations;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>How calls of a tool are confirmed.</summary>
/// <param name="Policy">Always or when supported.</param>
/// <param name="Message">What the document has a person asked; empty where it leaves that to the title.</param>
/// <param name="Question">What a person is asked.</param>
/// <param name="Preview">Shows what is about to change; null where nothing does.</param>
/// <param name="PreviewArguments">Those arguments of the call that the preview takes.</param>
/// <param name="Argument">The argument of a client that cannot ask; null where the policy does not need it.</param>
/// <param name="VersionArgument">The argument that is the header <c>If-Match</c>, if the operation has it.</param>
internal sealed record ConfirmationPlan(
    ConfirmationPolicy Policy,
    string Message,
    ConfirmationQuestion Question,
    OperationTool? Preview,
    IReadOnlyList<string> PreviewArguments,
    ConfirmationArgument? Argument,
    string? VersionArgument);

/// <summary>What a client passes that cannot ask a person: the same as another argument, or just true.</summary>
/// <param name="Name">Its name, such as <c>confirmThingId</c>.</param>
/// <param name="Repeats">The argument that it repeats; null where it is true.</param>
internal sealed record ConfirmationArgument(string Name, string? Repeats)
{
    /// <summary>Whether the call is confirmed, or null where the argument is not there.</summary>
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

    /// <summary>What it must be to confirm the call.</summary>
    public JsonElement Expected(IDictionary<string, JsonElement> arguments) =>
        Repeats is not null && arguments.TryGetValue(Repeats, out var repeated) ? repeated : JsonElement.Parse("true");
}
