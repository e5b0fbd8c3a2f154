using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;

namespace OrdersMcp.Api.Data;

/// <summary>
/// The searchable words of a row: a generated column with a GIN index (see docs/decisions/0005-free-text-search.md).
/// Accents, and punctuation in e-mail addresses and SKUs, are ignored.
/// </summary>
internal static class SearchColumn
{
    public const string Name = "Search";
    private const string Accents = @"[\u0300-\u036f]";

    public static void HasSearch<TEntity>(this EntityTypeBuilder<TEntity> entity, string textSql)
        where TEntity : class
    {
        // PostgreSQL reads "LAP-14" as "lap" and the number -14, an e-mail address as one word, and <…> as nothing.
        var sql = $"to_tsvector('simple', translate(regexp_replace(normalize({textSql}, NFD), '{Accents}', '', 'g'), "
            + "'-_.@+/:<>&=~', '            '))";
        entity.Property<NpgsqlTsVector>(Name).HasComputedColumnSql(sql, stored: true);
        entity.HasIndex(Name).HasMethod("gin");
    }

    /// <summary>Rows that contain, for each word of <paramref name="text"/>, a word that begins with it.</summary>
    public static IQueryable<TEntity> MatchingWords<TEntity>(this IQueryable<TEntity> rows, string text)
    {
        var prefixes = SearchText.Prefixes(text);
        return rows.Where(row => EF.Property<NpgsqlTsVector>(row!, Name).Matches(EF.Functions.ToTsQuery(
            "simple", OrdersDbContext.RegexpReplace(OrdersDbContext.Normalize(prefixes, "NFD"), Accents, "", "g"))));
    }
}
