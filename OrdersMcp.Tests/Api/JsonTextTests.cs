using System.Text;
using OrdersMcp.Api.Http.Validation;

namespace OrdersMcp.Tests.Api;

[Trait("Category", "Unit")]
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""  "plain"  """, false)]
    [InlineData("""  "\u00e9 \n \" \\"  """, false)]
    [InlineData("""  "\ud83d\ude00 and \uD83D\uDE00\uD83D\uDE00"  """, false)]
    [InlineData("""  "\\ud800"  """, false)]
    [InlineData("""  "\ud800"  """, true)]
    [InlineData("""  "\udc00"  """, true)]
    [InlineData("""  "\ud83d\ud83d\ude00"  """, true)]
    [InlineData("""  "\ud83d\ude00\ude00"  """, true)]
    [InlineData("""  "\ud83d \ude00"  """, true)]
    [InlineData("""  "\\\ud800"  """, true)]
    [InlineData("""  "\ud83d\\ude00"  """, true)]
    public void Lone_surrogate_is_found_by_its_escape(string json, bool isFound) =>
        Assert.Equal(isFound, JsonText.HasLoneSurrogate(Encoding.UTF8.GetBytes(json.Trim())));
}
