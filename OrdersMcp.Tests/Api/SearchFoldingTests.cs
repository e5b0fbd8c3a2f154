using System.Text;
using Npgsql;

namespace OrdersMcp.Tests.Api;

/// <summary>Case and accents do not matter to the search, in any script.</summary>
[Trait("Category", "Postgres")]
public sealed class SearchFoldingTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("Kamil İnönü Işık", "ışık", "IŞIK", "isik", "ISIK", "inonu", "İNÖNÜ")]
    [InlineData("Straße GmbH", "strasse", "STRASSE", "straße", "STRAẞE", "stras")]
    [InlineData("Łukasz Ørsted", "lukasz", "ŁUKASZ", "orsted", "ørsted", "ØRSTED")]
    [InlineData("ﬁlling Œuvre", "filling", "FILLING", "oeuvre", "ŒUVRE", "ﬁl")]
    [InlineData("Ｇｏｍｅｚ Full", "gomez", "Ｇｏｍｅｚ", "GÓMEZ")]
    [InlineData("Æsop Þór", "aesop", "ÆSOP", "thor", "þór")]
    [InlineData("Иван Жуков", "иван", "ИВАН", "жук")]
    [InlineData("Οδυσσεύς", "ΟΔΥΣΣΕΥΣ", "οδυσσευς", "οδυσσεύ")]
    public async Task Customer_is_found(string name, params string[] texts)
    {
        var id = await AddAsync(name);

        var missed = new List<string>();
        foreach (var text in texts.SelectMany(text => new[] { text, text.Normalize(NormalizationForm.FormD) }))
        {
            var page = await api.Client.GetOkAsync($"/customers?limit=100&q={Uri.EscapeDataString(text)}");
            if (!page.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("id").GetInt64() == id))
            {
                missed.Add(text);
            }
        }

        Assert.Empty(missed);
    }

    private async Task<long> AddAsync(string name)
    {
        await using var database = NpgsqlDataSource.Create(api.ConnectionString);
        await using var insert = database.CreateCommand(
            """
            INSERT INTO customers (id, name, email, status, created_at)
            SELECT max(id) + 1, $1, 'c' || (max(id) + 1) || '@example.net', 'active', now() FROM customers RETURNING id
            """);
        insert.Parameters.Add(new NpgsqlParameter { Value = name });
        return (long)(await insert.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
