using OrdersMcp.OpenApiTools.Tools.Search;

namespace OrdersMcp.Tests.McpServer.Search;

/// <summary>How a search compares words.</summary>
[Trait("Category", "Unit")]
public sealed class WordsTests
{
    [Theory]
    [InlineData("listOrders", "list", "order")]
    [InlineData("list_orders", "list", "order")]
    [InlineData("HTTPServer", "http", "server")]
    [InlineData("readCoreV1NamespacedPodLog", "read", "cor", "v1", "namespac", "pod", "log")]
    [InlineData("issues/list-for-repo", "issu", "list", "repo")]
    [InlineData("Please delete the order of Zoë", "delet", "order", "zoë")]
    [InlineData("Straßen und Größen", "straßen", "und", "größen")]
    [InlineData("注文を作成", "注", "文", "を", "作", "成")]
    [InlineData("the of a")]
    [InlineData("")]
    public void Text_is_split_into_words_without_endings(string text, params string[] words) =>
        Assert.Equal(words, Words.Of(text));

    [Theory]
    [InlineData("creates", "creating")]
    [InlineData("created", "create")]
    [InlineData("queries", "query")]
    [InlineData("branches", "branch")]
    [InlineData("running", "run")]
    [InlineData("deletion", "delete")]
    [InlineData("addresses", "address")]
    [InlineData("statuses", "status")]
    public void Forms_of_a_word_are_one_word(string one, string other) => Assert.Equal(Words.Stem(one), Words.Stem(other));

    [Theory]
    [InlineData("get", "fetch")]
    [InlineData("create", "add")]
    [InlineData("remove", "delete")]
    [InlineData("change", "patch")]
    public void Verbs_of_the_same_meaning_are_synonyms(string word, string other) =>
        Assert.Contains(Words.Stem(other), Synonyms.Of(Words.Stem(word)));
}
