using OrdersMcp.McpServer.Hosting.Commands;
using OrdersMcp.ServiceDefaults.Start;

try
{
    return await ServerCommandLine.RunAsync(args);
}
catch (Exception exception) when (StartFailure.Of(exception, typeof(ServerCommandLine).Assembly) is { } failure)
{
    return await failure.WriteAsync(Console.Error);
}
