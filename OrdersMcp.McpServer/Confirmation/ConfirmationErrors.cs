using System.Text.Json;
using System.Text.Json.Nodes;
using OrdersMcp.McpServer.Operations.Results;

namespace OrdersMcp.McpServer.Confirmation;

/// <summary>Why a call that should be confirmed was not made, and what to do next.</summary>
internal static class ConfirmationErrors
{
    /// <summary>The client cannot ask: its model does, and says so by an argument.</summary>
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
            confirmWith[argument] = version; // what is confirmed is what was shown
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
            ? $"Nothing was executed: {argument.Name} must be the same as {repeated}. Check which of them is right."
            : $"Nothing was executed: {argument.Name} must be true.",
    });

    public static OperationResult Declined() => ToolErrors.Error(ToolOutcome.Declined, new JsonObject
    {
        ["title"] = "Not executed",
        ["detail"] = "The user declined, and nothing was executed. Do not call again unless the user asks for it.",
    });

    public static OperationResult Altered(string tool) => Refused(
        "Confirmation not valid",
        "the requestState was altered, or is of another caller, tool or other arguments",
        tool);

    public static OperationResult Expired(string tool) =>
        Refused("Confirmation expired", "the answer came too late", tool);

    public static OperationResult Used(string tool) => Refused(
        "Confirmation already used", "this confirmation was used for a call before. Read what that call did", tool);

    /// <summary>The resource has changed since the person saw it.</summary>
    /// <param name="tool">The name of the tool.</param>
    /// <param name="question">What would be asked now.</param>
    public static OperationResult Changed(string tool, string question) => ToolErrors.Error(ToolOutcome.Conflict, new JsonObject
    {
        ["title"] = "Changed meanwhile",
        ["detail"] = "Nothing was executed: it is no longer what was confirmed. If the change is the one that was "
            + "asked for, an earlier call made it. Else look at it as it is now, in question, and call "
            + $"{tool} again without requestState.",
        ["question"] = question,
    });

    /// <summary>The caller's own <c>If-Match</c> names another version than the one there is.</summary>
    public static OperationResult Stale(string argument, string question, string version) =>
        ToolErrors.Error(ToolOutcome.Conflict, new JsonObject
        {
            ["title"] = "Changed meanwhile",
            ["detail"] = $"Nothing was executed: {argument} is not the version that it has now, which is {version}. "
                + "Look at it as it is now, in question, and decide again.",
            ["question"] = question,
        });

    private static OperationResult Refused(string title, string why, string tool) => ToolErrors.Error(ToolOutcome.ConfirmationRequired, new JsonObject
    {
        ["title"] = title,
        ["detail"] =
            $"Nothing was executed: {why}. Call {tool} again without requestState, and the user is asked anew.",
    });
}
