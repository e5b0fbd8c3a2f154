using Microsoft.AspNetCore.Http.HttpResults;
using OrdersMcp.Api.Http.Errors;

namespace OrdersMcp.Api.Http.Validation;

internal static class BodyProblems
{
    public static ProblemHttpResult TooLarge(int largestBytes) => Problems.Create(
        StatusCodes.Status413PayloadTooLarge,
        "body-too-large",
        "Body too large",
        $"The body is larger than {largestBytes} bytes. Send less: fewer lines or shorter text.");

    /// <summary>The rest of the body did not come.</summary>
    public static ProblemHttpResult Unreceived(int status) => Problems.Create(
        status, "incomplete-body", "Incomplete body", "The body ended before its end, or came too slowly. Send the whole request again.");

    public static ProblemHttpResult Unreadable(string reason) => Problems.Create(
        StatusCodes.Status400BadRequest,
        "unreadable-body",
        "Unreadable body",
        $"The body cannot be read: {reason}. Send one JSON object in UTF-8.");
}
