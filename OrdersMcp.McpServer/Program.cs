using OrdersMcp.McpServer.Hosting;
using OrdersMcp.McpServer.Hosting.Commands;

try
{
    return await ServerCommandLine.RunAsync(args);
}
catch (Exception exception) when (StartFailure.Of(exception) is { } failure)
{
    return await failure.WriteAsync(Console.Error);
}
