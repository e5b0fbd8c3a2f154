namespace OrdersMcp.Tests.McpServer.Corpus;

/// <summary>styles.json: every style with and without explode, by the table of OpenAPI 3.1, 4.8.12.4.</summary>
[Trait("Category", "Unit")]
public sealed class StyleTests
{
    private const string List = """["blue","black","brown"]""";
    private const string Object = """{"R":100,"G":200,"B":150}""";

    private readonly ToolBench _bench = CorpusDocument.Bench("styles.json");

    [Theory]
    [InlineData("path_simple_joined", "\"blue\"", "/path/simple/false/blue")]
    [InlineData("path_simple_joined", List, "/path/simple/false/blue,black,brown")]
    [InlineData("path_simple_joined", Object, "/path/simple/false/R,100,G,200,B,150")]
    [InlineData("path_simple_explode", List, "/path/simple/true/blue,black,brown")]
    [InlineData("path_simple_explode", Object, "/path/simple/true/R=100,G=200,B=150")]
    [InlineData("path_label_joined", "\"blue\"", "/path/label/false/.blue")]
    [InlineData("path_label_joined", List, "/path/label/false/.blue,black,brown")]
    [InlineData("path_label_joined", Object, "/path/label/false/.R,100,G,200,B,150")]
    [InlineData("path_label_explode", List, "/path/label/true/.blue.black.brown")]
    [InlineData("path_label_explode", Object, "/path/label/true/.R=100.G=200.B=150")]
    [InlineData("path_matrix_joined", "\"blue\"", "/path/matrix/false/;color=blue")]
    [InlineData("path_matrix_joined", List, "/path/matrix/false/;color=blue,black,brown")]
    [InlineData("path_matrix_joined", Object, "/path/matrix/false/;color=R,100,G,200,B,150")]
    [InlineData("path_matrix_explode", List, "/path/matrix/true/;color=blue;color=black;color=brown")]
    [InlineData("path_matrix_explode", Object, "/path/matrix/true/;R=100;G=200;B=150")]
    [InlineData("query_form_joined", "\"blue\"", "/query/form/false?color=blue")]
    [InlineData("query_form_joined", List, "/query/form/false?color=blue,black,brown")]
    [InlineData("query_form_joined", Object, "/query/form/false?color=R,100,G,200,B,150")]
    [InlineData("query_form_explode", List, "/query/form/true?color=blue&color=black&color=brown")]
    [InlineData("query_form_explode", Object, "/query/form/true?R=100&G=200&B=150")]
    [InlineData("query_spaceDelimited_joined", List, "/query/spaceDelimited/false?color=blue%20black%20brown")]
    [InlineData("query_pipeDelimited_joined", List, "/query/pipeDelimited/false?color=blue%7Cblack%7Cbrown")]
    [InlineData("query_spaceDelimited_explode", List, "/query/spaceDelimited/true?color=blue&color=black&color=brown")]
    [InlineData("query_pipeDelimited_explode", List, "/query/pipeDelimited/true?color=blue&color=black&color=brown")]
    [InlineData("query_deepObject_explode", Object, "/query/deepObject/true?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150")]
    [InlineData("query_deepObject_joined", Object, "/query/deepObject/false?color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150")]
    [InlineData("query_defaults", List, "/query/defaults?color=blue&color=black&color=brown")]
    [InlineData("query_reserved", "\"a/b?c:d@e!f,g&h#i+j\"", "/query/reserved?color=a/b?c:d@e!f,g%26h%23i%2Bj")]
    [InlineData("query_json", Object, "/query/json?color=%7B%22R%22%3A100%2C%22G%22%3A200%2C%22B%22%3A150%7D")]
    public async Task Value_is_written_by_its_style(string tool, string value, string target) =>
        Assert.Equal(target, (await _bench.SendAsync(tool, $$"""{ "color": {{value}} }""")).Target);

    [Theory]
    [InlineData("header_simple_joined", List, "blue,black,brown")]
    [InlineData("header_simple_joined", Object, "R,100,G,200,B,150")]
    [InlineData("header_simple_explode", Object, "R=100,G=200,B=150")]
    public async Task Header_is_written_by_its_style(string tool, string value, string header) =>
        Assert.Equal(header, (await _bench.SendAsync(tool, $$"""{ "color": {{value}} }""")).Headers["color"]);

    [Theory]
    [InlineData("cookie_form_joined", "\"blue\"", "color=blue")]
    [InlineData("cookie_form_joined", List, "color=blue,black,brown")]
    [InlineData("cookie_form_explode", List, "color=blue; color=black; color=brown")]
    [InlineData("cookie_form_explode", Object, "R=100; G=200; B=150")]
    public async Task Cookie_is_written_by_its_style(string tool, string value, string cookie) =>
        Assert.Equal(cookie, (await _bench.SendAsync(tool, $$"""{ "color": {{value}} }""")).Headers["Cookie"]);

    [Theory]
    [InlineData("path_simple_joined", "\"../admin\"", "/path/simple/false/..%2Fadmin")]
    [InlineData("path_simple_joined", "\"a?b#c;d\\\\e%2f\"", "/path/simple/false/a%3Fb%23c%3Bd%5Ce%252f")]
    public async Task Path_value_does_not_leave_its_segment(string tool, string value, string target) =>
        Assert.Equal(target, (await _bench.SendAsync(tool, $$"""{ "color": {{value}} }""")).Target);

    [Theory]
    [InlineData("path_simple_joined", """{ "color": ".." }""")]
    [InlineData("path_simple_joined", """{ "color": "." }""")]
    [InlineData("path_simple_joined", """{ "color": "" }""")]
    [InlineData("path_simple_joined", """{ "color": [] }""")]
    [InlineData("path_label_joined", """{ "color": "." }""")]
    [InlineData("mixed_path", """{ "a": "", "b": "", "c": "x" }""")]
    [InlineData("mixed_path", """{ "a": "x", "b": "y", "c": ".." }""")]
    public async Task Path_value_that_would_be_a_step_is_refused(string tool, string arguments) =>
        Assert.NotEqual("{}", await _bench.RefuseAsync(tool, arguments));

    [Fact]
    public void Every_operation_is_a_tool_without_a_warning() => Assert.Empty(_bench.Warnings);
}
