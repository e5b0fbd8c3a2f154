using System.Buffers.Text;
using Microsoft.Extensions.Options;
using OrdersMcp.OpenApiTools.Configuration;
using OrdersMcp.OpenApiTools.Signing;

namespace OrdersMcp.Tests.McpServer;

/// <summary>Sealed state that a client keeps for the server and cannot alter.</summary>
[Trait("Category", "Unit")]
public sealed class SigningTests
{
    private static readonly SealedText Seal = new(new byte[32]);
    private static readonly byte[] Payload = """{"e":1,"n":"a"}"""u8.ToArray();

    [Fact]
    public void Sealed_text_opens_for_what_it_is_bound_to()
    {
        var text = Seal.Seal(Payload, "alice", "cancel_order");

        Assert.Equal(Payload, Seal.Open(text, "alice", "cancel_order"));
        Assert.Matches("^v1\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{43}$", text);
    }

    [Fact]
    public void Sealed_text_opens_for_nothing_else()
    {
        var text = Seal.Seal(Payload, "alice", "cancel_order");

        Assert.Null(Seal.Open(text, "bob", "cancel_order"));
        Assert.Null(Seal.Open(text, "alice", "delete_order"));
        Assert.Null(Seal.Open(text, "alicec", "ancel_order"));
        Assert.Null(Seal.Open(text, "alice"));
        Assert.Null(new SealedText([.. new byte[31], 1]).Open(text, "alice", "cancel_order"));
    }

    [Fact]
    public void Sealed_text_with_any_other_character_does_not_open()
    {
        var text = Seal.Seal(Payload, "alice");

        for (var i = 0; i < text.Length; i++)
        {
            foreach (var other in "Aa0_-.=+ é".Where(other => other != text[i]))
            {
                Assert.Null(Seal.Open(string.Concat(text.AsSpan(0, i), [other], text.AsSpan(i + 1)), "alice"));
            }

            Assert.Null(Seal.Open(text.Remove(i, 1), "alice"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("v1..")]
    [InlineData("v1.e30")]
    [InlineData("v2.e30.e30")]
    [InlineData("v1.e30.e30.e30")]
    [InlineData("v1.é.e30")]
    public void Text_that_was_never_sealed_does_not_open(string text) => Assert.Null(Seal.Open(text, "alice"));

    [Fact]
    public void Text_that_is_too_long_is_rejected_unread()
    {
        var text = Seal.Seal(new byte[4096], "alice");

        Assert.Null(Seal.Open(text, "alice"));
    }

    [Fact]
    public void Payload_that_was_replaced_does_not_open()
    {
        var signature = Seal.Seal(Payload, "alice").Split('.')[2];
        var payload = Base64Url.EncodeToString("""{"e":9,"n":"a"}"""u8);

        Assert.Null(Seal.Open($"v1.{payload}.{signature}", "alice"));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", 32)]
    [InlineData("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 32)]
    [InlineData("é123456789é123456789é1234567890", 34)]
    [InlineData("0123456789abcdef0123456789abcde", null)]
    [InlineData("AAECAwQFBgcICQoLDA0ODw==", null)]
    [InlineData("", null)]
    public void Key_is_read_from_base64_or_text(string setting, int? length) =>
        Assert.Equal(length, SigningSecret.Read(setting)?.Length);

    [Fact]
    public void Keys_of_two_purposes_differ_and_those_of_two_replicas_do_not()
    {
        var one = Key("0123456789abcdef0123456789abcdef");
        var other = Key("0123456789abcdef0123456789abcdef");

        Assert.Equal(one.For("task"), other.For("task"));
        Assert.NotEqual(one.For("task"), one.For("confirmation"));
        Assert.False(one.IsOfThisProcess);
    }

    [Fact]
    public void Key_that_is_not_set_is_of_the_process()
    {
        Assert.True(Key(null).IsOfThisProcess);
        Assert.NotEqual(Key(null).For("task"), Key(null).For("task"));
    }

    [Theory]
    [InlineData("Mcp:SigningKey", "too short")]
    [InlineData("Mcp:ConfirmationLifetime", "00:00:00")]
    [InlineData("Mcp:ConfirmationLifetime", "02:00:00")]
    [InlineData("Mcp:LongestJobWait", "-00:00:01")]
    public void Wrong_setting_value_is_named(string setting, string value)
    {
        var options = new OpenApiToolsOptions { Apis = [new ApiOptions { Name = "a", Document = "http://a.test/openapi.json" }] };
        switch (setting)
        {
            case "Mcp:SigningKey":
                options.SigningKey = value;
                break;
            case "Mcp:ConfirmationLifetime":
                options.ConfirmationLifetime = TimeSpan.Parse(value);
                break;
            default:
                options.LongestJobWait = TimeSpan.Parse(value);
                break;
        }

        var result = new OpenApiToolsOptionsValidator().Validate(null, options);

        Assert.StartsWith(setting, Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    private static SigningKey Key(string? setting) => new(Options.Create(new OpenApiToolsOptions { SigningKey = setting }));
}
