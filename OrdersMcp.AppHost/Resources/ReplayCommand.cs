namespace OrdersMcp.AppHost.Resources;

/// <summary>Repeats a recorded read from the dashboard, with the MCP server's command <c>replay</c>.</summary>
internal static class ReplayCommand
{
    public const string Name = "replay-tool-call";

    public const string Argument = "trace-id";
    private const int TraceIdLength = 32;

    /// <summary>The exit codes of <c>replay</c> after a comparison; it has not compared with any other code (docs/observability.md).</summary>
    private const int Same = 0;
    private const int Differs = 1;

    public static IResourceBuilder<ProjectResource> WithReplayCommand(
        this IResourceBuilder<ProjectResource> mcp, IResourceBuilder<ProjectResource> api) =>
        mcp.WithProcessCommand(Name, "Replay a tool call", async context =>
            mcp.OwnCommand("replay", TraceId(context.Arguments)!).With(
                $"services__{api.Resource.Name}__http__0",
                await api.GetEndpoint("http").GetValueAsync(context.CancellationToken)),
        new ProcessCommandOptions
        {
            Description = "Repeats a recorded read and compares the answers. "
                + "A call that changed something is never repeated.",
            IconName = "History",
            Arguments =
            [
                new InteractionInput
                {
                    Name = Argument,
                    InputType = InputType.Text,
                    Label = "Trace id",
                    Description = "The trace of the call, from the dashboard or list_tool_calls.",
                    Placeholder = "32 hexadecimal digits",
                    Required = true,
                },
            ],
            ValidateArguments = context =>
            {
                if (!IsTraceId(TraceId(context.Inputs)))
                {
                    context.AddValidationError(Argument, "A trace id is 32 hexadecimal digits.");
                }

                return Task.CompletedTask;
            },
            GetCommandResult = context => Task.FromResult(ResultOf(context.ExitCode, context.GetFormattedOutput())),
        });

    internal static bool IsTraceId(string? text) => text?.Length == TraceIdLength && text.All(char.IsAsciiHexDigit);

    /// <summary>A different answer is not a failure of the command: the command exists to find it.</summary>
    internal static ExecuteCommandResult ResultOf(int exitCode, string output)
    {
        var shown = new CommandResultData { Value = output, Format = CommandResultFormat.Text, DisplayImmediately = true };
        return exitCode switch
        {
            Same => CommandResults.Success("The answer is the same.", shown),
            Differs => CommandResults.Success("The answer differs.", shown),
            _ => CommandResults.Failure("The call was not repeated.", shown),
        };
    }

    private static string? TraceId(InteractionInputCollection arguments) => arguments.GetString(Argument)?.Trim();
}
