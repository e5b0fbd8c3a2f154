using Microsoft.AspNetCore.Mvc.Testing;
using ModelContextProtocol.Protocol;

namespace OrdersMcp.Tests.InProcess;

/// <summary>The client for tests of an app's tools connects in memory.</summary>
[Trait("Category", "Unit")]
public sealed class TestClientTests
{
    [Fact]
    public async Task Client_of_a_factory_calls_the_tools_of_the_app()
    {
        await using var factory = new WebApplicationFactory<Controllers.BooksController>();
        await using var client = await factory.CreateMcpClientAsync(cancellationToken: TestContext.Current.CancellationToken);

        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var books = await client.CallToolAsync("listBooks", cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("listBooks", Assert.Single(tools).Name);
        Assert.Contains("Pride and Prejudice", Assert.IsType<TextContentBlock>(books.Content[0]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Path_without_tools_is_an_error()
    {
        await using var factory = new WebApplicationFactory<Controllers.BooksController>();

        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => factory.CreateMcpClientAsync("/nothing", cancellationToken: TestContext.Current.CancellationToken));
    }
}
