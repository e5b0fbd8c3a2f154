using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;

namespace OrdersMcp.Api.Data;

/// <summary>
/// The searchable words of a row: a generated column with a GIN index (see docs/decisions/0005-free-text-search.md). Case,
/// accents, and punctuation in e-mail addresses and SKUs are ignored.
/// </summary>
internal static class SearchColumn
{
    public const string Name = "Search";

    public static void HasSearch<TEntity>(this EntityTypeBuilder<TEntity> entity, string textSql)
        where TEntity : class
    {
        // PostgreSQL reads "LAP-14" as "lap" and the number -14, an e-mail address as one word, and <…> as nothing.
        var sql = $"to_tsvector('simple', translate(fold_for_search({textSql}), '-_.@+/:<>&=~', '            '))";
        entity.Property<NpgsqlTsVector>(Name).HasComputedColumnSql(sql, stored: true);
        entity.HasIndex(Name).HasMethod("gin");
    }

    /// <summary>Rows that contain, for each word of <paramref name="text"/>, a word that begins with it.</summary>
    public static IQueryable<TEntity> MatchingWords<TEntity>(this IQueryable<TEntity> rows, string text)
    {
        var prefixes = SearchText.Prefixes(text);
        return rows.Where(row => EF.Property<NpgsqlTsVector>(row!, Name).Matches(EF.Functions.ToTsQuery(
            "simple", OrdersDbContext.FoldForSearch(prefixes))));
    }
}
