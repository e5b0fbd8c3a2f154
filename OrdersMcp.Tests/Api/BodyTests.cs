using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Postgres")]
public sealed class BodyTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Body_errors_are_all_named_with_the_paths_of_their_fields()
    {
        var answer = await SendAsync(
            """
            {"customerId":"x","lines":[{"sku":"lap","quantity":0},{"quantity":99999999999,"colour":"red"},7],"notes":"?","note":"\u0000"}
            """);

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(
            [
                "customerId", "lines[0].quantity", "lines[0].sku", "lines[1].colour", "lines[1].quantity", "lines[1].sku",
                "lines[2]", "note", "notes",
            ],
            answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        Assert.Equal("must be an integer from 1 to 9223372036854775807, but was text.", answer.Error("customerId"));
        Assert.Equal("must be an integer from 1 to 10000, but was 99999999999.", answer.Error("lines[1].quantity"));
        Assert.Equal("is required.", answer.Error("lines[1].sku"));
        Assert.Equal(
            "is not a field of this body. Its fields are customerId, lines, note.", answer.Error("notes"));
    }

    [Fact]
    public async Task Body_and_header_and_route_errors_are_answered_together()
    {
        var answer = await api.Client.WriteAsync(
            "/orders/0/notes?x=1", new { note = " " }, ("Idempotency-Key", new string('k', 201)), ("If-Match", "v1"));

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Equal(
            ["Idempotency-Key", "If-Match", "note", "orderId", "x"],
            answer.Body.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    /// <summary>JSON Schema calls a number with a zero fraction an integer (draft 2020-12, validation, 6.1.1).</summary>
    [Theory]
    [InlineData("1234.0", "1.0", HttpStatusCode.Created)]
    [InlineData("1.234e3", "10e-1", HttpStatusCode.Created)]
    [InlineData("1234", "1.5", HttpStatusCode.BadRequest)]
    [InlineData("1234", "1e30", HttpStatusCode.BadRequest)]
    [InlineData("1234.1", "1", HttpStatusCode.BadRequest)]
    public async Task Integer_may_be_written_with_a_fraction_of_zero(string customer, string quantity, HttpStatusCode status) =>
        Assert.Equal(status, (await SendAsync(
            $$"""{"customerId":{{customer}},"lines":[{"sku":"CAB-UC","quantity":{{quantity}}}]}""")).Status);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("customerId=1")]
    [InlineData("""{"customerId":1,}""")]
    public async Task Body_that_is_not_JSON_is_a_bad_request(string body)
    {
        var answer = await SendAsync(body);

        answer.IsProblem(HttpStatusCode.BadRequest, "unreadable-body");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public async Task Body_that_is_not_an_object_is_a_bad_request(string body)
    {
        var answer = await SendAsync(body);

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.Contains("must be an object", answer.Error("body"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"note":"\ud800"}""", "note")]
    [InlineData("""{"\ud800":1,"note":"x"}""", "?")]
    [InlineData("""{"note":"x","note":"y"}""", "note")]
    [InlineData("""{"note":null}""", "note")]
    [InlineData("""{"note":1e400}""", "note")]
    [InlineData("""{"note":{}}""", "note")]
    public async Task Body_with_an_invalid_field_is_a_bad_request(string body, string field)
    {
        var answer = await SendAsync(body, "/orders/1/notes");

        answer.IsProblem(HttpStatusCode.BadRequest, "invalid-parameters");
        Assert.NotEmpty(answer.Error(field));
    }

    [Fact]
    public async Task Body_that_is_not_utf8_is_a_bad_request()
    {
        var answer = await api.Client.WriteAsync("/orders/1/notes", Content([.. "{\"note\":\""u8, 0xC3, 0x28, .. "\"}"u8]));

        answer.IsProblem(HttpStatusCode.BadRequest, "unreadable-body");
        Assert.Contains("UTF-8", answer.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_that_is_too_large_is_refused(bool isChunked)
    {
        HttpContent content = Content(Encoding.UTF8.GetBytes($$"""{"note":"{{new string('x', 70_000)}}"}"""));
        if (isChunked)
        {
            content = new StreamContent(new UnsizedStream(await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        var answer = await api.Client.WriteAsync("/orders/1/notes", content);

        answer.IsProblem(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task Body_of_another_type_is_refused()
    {
        var answer = await api.Client.WriteAsync("/orders/1/notes", new StringContent("hello", Encoding.UTF8, "text/plain"));

        answer.IsProblem(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Fact]
    public async Task Body_with_too_many_lines_is_refused()
    {
        var lines = Enumerable.Range(0, 101).Select(number => new { sku = $"S{number}", quantity = 1 });

        var answer = await api.Client.WriteAsync("/orders", new { customerId = 1234, lines });

        Assert.Equal("must be a list of 1 to 100 objects, but has 101.", answer.Error("lines"));
    }

    private Task<Answer> SendAsync(string body, string path = "/orders") =>
        api.Client.WriteAsync(path, Content(Encoding.UTF8.GetBytes(body)));

    private static ByteArrayContent Content(byte[] body) => new ByteArrayContent(body)
    {
        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
    };

    /// <summary>A stream of unknown length, which is sent in chunks.</summary>
    private sealed class UnsizedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
