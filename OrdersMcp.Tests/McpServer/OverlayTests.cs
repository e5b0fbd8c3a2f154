using System.Text;
using OrdersMcp.OpenApiTools.OpenApi;

namespace OrdersMcp.Tests.McpServer;

/// <summary>OpenAPI overlays.</summary>
[Trait("Category", "Unit")]
public sealed class OverlayTests
{
    private const string Document = """
        {"openapi":"3.1.0","info":{"title":"A","n":1.10},"tags":[{"name":"a"}],"paths":{"/x":{"get":{"tags":["p"],"operationId":"x"},"delete":{"operationId":"d"}},"/y":{"get":{"operationId":"y","deprecated":true}}}}
        """;

    private readonly List<string> _warnings = [];

    [Theory]
    [InlineData("{target: $.info, update: {title: B, new: {a: 1}}}", "\"info\":{\"title\":\"B\",\"n\":1.10,\"new\":{\"a\":1}}")]
    [InlineData("{target: $.info.title, update: C}", "\"title\":\"C\"")]
    [InlineData("{target: $.tags, update: {name: b}}", "\"tags\":[{\"name\":\"a\"},{\"name\":\"b\"}]")]
    [InlineData("{target: \"$.paths['/x'].get\", update: {tags: [q]}}", "\"tags\":[\"p\",\"q\"]")]
    [InlineData("{target: $.paths.*.get, update: {x-mcp: {hide: true}}}", "\"deprecated\":true,\"x-mcp\":{\"hide\":true}")]
    [InlineData("{target: '$.paths[*][?(@.deprecated == true)]', update: {summary: Old}}", "\"deprecated\":true,\"summary\":\"Old\"")]
    [InlineData("{target: '$.paths[*][?@.deprecated == true]', update: {summary: Old}}", "\"deprecated\":true,\"summary\":\"Old\"")]
    [InlineData("{target: \"$.paths[*][?@.operationId == 'x'].tags\", update: z}", "\"tags\":[\"p\",\"z\"]")]
    [InlineData("{target: \"$.tags[?(@.name == 'a')]\", update: {description: D}}", "\"tags\":[{\"name\":\"a\",\"description\":\"D\"}]")]
    [InlineData("{target: '$..[?(@.deprecated == true)]', update: {summary: Old}}", "\"deprecated\":true,\"summary\":\"Old\"")]
    [InlineData("{target: \"$.paths['/x'].delete\", remove: true}", "\"/x\":{\"get\":{\"tags\":[\"p\"],\"operationId\":\"x\"}}")]
    [InlineData("{target: '$.tags[0]', remove: true}", "\"tags\":[]")]
    [InlineData("{target: \"$.paths['/y']\", copy: \"$.paths['/x']\", update: {get: {operationId: z}}}", "\"/y\":{\"get\":{\"operationId\":\"z\",\"deprecated\":true,\"tags\":[\"p\"]},\"delete\":{\"operationId\":\"d\"}}")]
    public void Action_changes_what_its_target_finds(string action, string part)
    {
        Assert.Contains(part, Apply($"{{overlay: 1.1.0, actions: [{action}]}}"), StringComparison.Ordinal);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Action_that_finds_nothing_is_a_warning()
    {
        Assert.Equal(Document.Trim(), Apply("{overlay: 1.0.0, actions: [{target: $.none, remove: true}]}"));
        Assert.Equal("The overlay test.yaml, action 1: '$.none' finds nothing.", Assert.Single(_warnings));
    }

    [Theory]
    [InlineData("{actions: []}", "no version")]
    [InlineData("{overlay: 1.0.0, actions: [{remove: true}]}", "no target")]
    [InlineData("{overlay: 1.0.0, actions: [{target: '$.[', remove: true}]}", "action 1, cannot be done")]
    [InlineData("{overlay: 1.0.0, actions: [{target: $, remove: true}]}", "document itself")]
    [InlineData("{overlay: 1.0.0, actions: [{target: $.info, update: 5}]}", "is an object")]
    [InlineData("{overlay: 1.1.0, actions: [{target: $.info, copy: $.paths.*}]}", "one value to copy")]
    public void Overlay_that_cannot_be_applied_says_why(string overlay, string reason) =>
        Assert.Contains(reason, Assert.Throws<ApiDocumentException>(() => Apply(overlay)).Message, StringComparison.Ordinal);

    [Fact]
    public void Overlays_follow_one_another() => Assert.Contains(
        "\"title\":\"C\"",
        Encoding.UTF8.GetString(Overlay.Apply(
            Encoding.UTF8.GetBytes(Document),
            [("a", "{overlay: 1.0.0, actions: [{target: $.info, update: {title: B}}]}"u8.ToArray()), ("b", "{overlay: 1.0.0, actions: [{target: $.info, update: {title: C}}]}"u8.ToArray())],
            _warnings.Add).Span),
        StringComparison.Ordinal);

    private string Apply(string overlay) =>
        Encoding.UTF8.GetString(Overlay.Apply(Encoding.UTF8.GetBytes(Document.Trim()), [("test.yaml", Encoding.UTF8.GetBytes(overlay))], _warnings.Add).Span);
}
