using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Http;
using OrdersMcp.OpenApiTools.Operations.Requests;
using OrdersMcp.OpenApiTools.Protocol;

namespace OrdersMcp.Tests.McpServer;

/// <summary>A message keeps its caller and source, whatever becomes of the request that carried it.</summary>
[Trait("Category", "Unit")]
public sealed class ReceivedMessagesTests
{
    [Fact]
    public async Task Answer_is_handled_after_its_request_has_ended()
    {
        var request = RequestOf("ann");
        var received = new ReceivedMessages(Options.Create(new OpenApiToolsOptions()));
        var message = new JsonRpcResponse { Id = new RequestId(1), Result = null };
        received.Enter(request);
        request.Uninitialize(); // the server has answered with 202, and takes the context back

        Assert.True(await IsHandledAsync(received, message));

        Assert.Equal("ann", Caller.Of(message).User!.Identity!.Name);
        Assert.Equal("agent/1", Caller.Of(message).Program);
        var source = MessageSource.Of(message)!;
        Assert.Equal(("ann", "agent/1", IPAddress.Loopback), (source.User.Identity!.Name, source.UserAgent, source.RemoteAddress));
        Assert.Equal("ann", message.Context!.User!.Identity!.Name);
    }

    [Fact]
    public async Task Message_without_a_request_has_no_source()
    {
        var message = new JsonRpcNotification { Method = "notifications/initialized" };

        Assert.True(await IsHandledAsync(new ReceivedMessages(Options.Create(new OpenApiToolsOptions())), message));

        Assert.Null(MessageSource.Of(message));
        Assert.Same(Caller.Server, Caller.Of(message));
    }

    [Fact]
    public async Task Requests_at_once_keep_their_own_callers()
    {
        var received = new ReceivedMessages(Options.Create(new OpenApiToolsOptions()));

        var names = await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            received.Enter(RequestOf($"caller {i}"));
            await Task.Yield();
            var message = new JsonRpcNotification { Method = "notifications/initialized" };
            await IsHandledAsync(received, message);
            return Caller.Of(message).User!.Identity!.Name;
        }));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"caller {i}"), names);
    }

    private static DefaultHttpContext RequestOf(string caller)
    {
        var request = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller)], "Test")) };
        request.Request.Headers.UserAgent = "agent/1";
        request.Connection.RemoteIpAddress = IPAddress.Loopback;
        return request;
    }

    private static async Task<bool> IsHandledAsync(ReceivedMessages received, JsonRpcMessage message)
    {
        var isHandled = false;
        await using var transport = new StreamServerTransport(Stream.Null, Stream.Null);
        await using var server = ModelContextProtocol.Server.McpServer.Create(transport, new McpServerOptions());
        await received.Receive((_, _) =>
        {
            isHandled = true;
            return Task.CompletedTask;
        })(new MessageContext(server, message), TestContext.Current.CancellationToken);
        return isHandled;
    }
}
