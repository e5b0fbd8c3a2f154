using Microsoft.Extensions.Options;
using OrdersMcp.McpServer.Limits;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Confirmation;

namespace OrdersMcp.Tests.Limits;

/// <summary>The settings of the store.</summary>
[Trait("Category", "Unit")]
public sealed class LimitStoreOptionsTests
{
    private const string Key = "signing-key-0123456789-0123456789-0123456789";

    [Theory]
    [InlineData("", null, 100, null)]
    [InlineData("localhost:6379,password=x,ssl=true,user=limits", Key, 100, null)]
    [InlineData("localhost", Key, 5, null)]
    [InlineData("localhost", Key, 5000, null)]
    [InlineData("localhost", Key, 4, "Mcp:Limits:Store:Timeout must be")]
    [InlineData("localhost", Key, 5001, "Mcp:Limits:Store:Timeout must be")]
    [InlineData("localhost,pasword=hunter2", Key, 100, "ConnectionStrings:limits is not a connection string")]
    [InlineData("password=hunter2", Key, 100, "ConnectionStrings:limits is not a connection string")]
    [InlineData("localhost", null, 100, "ConnectionStrings:limits needs Mcp:SigningKey")]
    public void Wrong_setting_is_named_without_its_secret(string connection, string? key, int milliseconds, string? problem)
    {
        var validator = new LimitStoreOptionsValidator(Options.Create(new OpenApiToolsOptions { SigningKey = key }));

        var failures = validator.Validate(null, new LimitStoreOptions
        {
            ConnectionString = connection,
            Timeout = TimeSpan.FromMilliseconds(milliseconds),
        }).Failures ?? [];

        Assert.Equal(problem is null ? 0 : 1, failures.Count());
        Assert.All(failures, failure => Assert.StartsWith(problem!, failure, StringComparison.Ordinal));
        Assert.All(failures, failure => Assert.DoesNotContain("hunter2", failure, StringComparison.Ordinal));
    }

    [Fact]
    public void Confirmation_that_cannot_be_checked_says_what_to_do()
    {
        var text = Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(ConfirmationErrors.Unknown("delete_thing").Result.Content[0]).Text;

        Assert.Contains("Nothing was executed", text, StringComparison.Ordinal);
        Assert.Contains("Call delete_thing again without requestState", text, StringComparison.Ordinal);
    }
}
