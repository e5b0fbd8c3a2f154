namespace OrdersMcp.Tests.EndToEnd;

/// <summary>What the embedded host prints.</summary>
[Collection(StackCollection.Name)]
public sealed class SummaryTests(SharedStack shared)
{
    [Fact]
    public void Summary_says_where_everything_is()
    {
        var (output, manifest) = (shared.Stack.Output, shared.Stack.Manifest);

        Assert.All(
            [shared.Dashboard.Link, manifest.Mcp.Endpoint, shared.Inspector.Link, manifest.Api.Url, manifest.Api.Swagger, "\"mcpServers\"", "Core ready in"],
            text => Assert.Contains(text, output, StringComparison.Ordinal));
        Assert.DoesNotContain(manifest.Postgres.Password, output, StringComparison.Ordinal);
    }
}
