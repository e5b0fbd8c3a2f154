using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.OpenApiTools.Operations.Results;

namespace OrdersMcp.OpenApiTools.Confirmation;

/// <summary>The reasons why an unconfirmed call was not made, and what to do next.</summary>
internal static class ConfirmationErrors
{
    /// <summary>The client cannot ask a person. Its model asks instead, and confirms with an argument.</summary>
    public static OperationResult Needed(
        string tool,
        ConfirmationPlan plan,
        string question,
        IDictionary<string, JsonElement> arguments,
        string? version)
    {
        var expected = plan.Argument!.Expected(arguments).GetRawText();
        var confirmWith = new JsonObject { [plan.Argument.Name] = JsonNode.Parse(expected) };
        if (plan.VersionArgument is { } argument && EntityTags.IsStrong(version))
        {
            confirmWith[argument] = version; // confirms the version that was shown
        }

        return ToolErrors.Error(ToolOutcome.ConfirmationRequired, new JsonObject
        {
            ["title"] = "Confirmation needed",
            ["detail"] = "Nothing was executed: a person must agree first, and this client cannot ask one. Show the "
                + $"user the question. Only if they agree, call {tool} again with the same arguments and those of "
                + "confirmWith.",
            ["question"] = question,
            ["confirmWith"] = confirmWith,
        });
    }

    public static OperationResult WrongArgument(ConfirmationArgument argument) => ToolErrors.Error(ToolOutcome.InvalidArguments, new JsonObject
    {
        ["title"] = "Confirmation does not match",
        ["detail"] = argument.Repeats is { } repeated
            ? $"Nothing was executed: {argument.Name} must be the same as {repeated}. Check which one is right."
            : $"Nothing was executed: {argument.Name} must be true.",
    });

    public static OperationResult Declined() => ToolErrors.Error(ToolOutcome.Declined, new JsonObject
    {
        ["title"] = "Not executed",
        ["detail"] = "The user declined, and nothing was executed. Do not call again unless the user asks for it.",
    });

    public static OperationResult Altered(string tool) => Refused(
        "Confirmation not valid",
        "the requestState was altered, or belongs to another caller, tool or set of arguments",
        tool);

    public static OperationResult Expired(string tool) =>
        Refused("Confirmation expired", "the answer came too late", tool);

    public static OperationResult Used(string tool) => Refused(
        "Confirmation already used", "this confirmation was already used for a call. Read what that call did", tool);

    /// <summary>The store of used confirmations does not answer, and the settings refuse calls then.</summary>
    public static OperationResult Unknown(string tool) => Refused(
        "Confirmation cannot be checked",
        "whether this confirmation was used before cannot be checked at the moment. Wait some seconds",
        tool);

    /// <summary>The resource has changed since the person saw it.</summary>
    /// <param name="tool">The name of the tool.</param>
    /// <param name="question">The question for the current state.</param>
    public static OperationResult Changed(string tool, string question) => ToolErrors.Error(ToolOutcome.Conflict, new JsonObject
    {
        ["title"] = "Changed meanwhile",
        ["detail"] = "Nothing was executed: it is no longer what was confirmed. If the change is the one that was "
            + "asked for, an earlier call made it. Otherwise look at its current state, in question, and call "
            + $"{tool} again without requestState.",
        ["question"] = question,
    });

    /// <summary>The <c>If-Match</c> of the caller does not name the current version.</summary>
    public static OperationResult Stale(string argument, string question, string version) =>
        ToolErrors.Error(ToolOutcome.Conflict, new JsonObject
        {
            ["title"] = "Changed meanwhile",
            ["detail"] = $"Nothing was executed: {argument} is not the current version, which is {version}. "
                + "Look at its current state, in question, and decide again.",
            ["question"] = question,
        });

    private static OperationResult Refused(string title, string why, string tool) => ToolErrors.Error(ToolOutcome.ConfirmationRequired, new JsonObject
    {
        ["title"] = title,
        ["detail"] =
            $"Nothing was executed: {why}. Call {tool} again without requestState, and the user is asked again.",
    });
}
