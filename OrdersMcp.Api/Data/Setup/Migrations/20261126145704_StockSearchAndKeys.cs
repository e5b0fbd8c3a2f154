using Microsoft.EntityFrameworkCore.Migrations;
using NpgsqlTypes;

#nullable disable

namespace OrdersMcp.Api.Data.Setup.Migrations
{
    /// <inheritdoc />
    public partial class StockSearchAndKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // NFKD covers accents, ligatures and full-width letters; the letters that Unicode does not decompose are named.
            migrationBuilder.Sql(
                """
                CREATE FUNCTION fold_for_search(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
                    SELECT translate(
                        replace(replace(replace(replace(
                            lower(regexp_replace(normalize($1, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "und-x-icu"),
                            'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
                        'ıłøđðħŧς', 'iloddhtσ')
                $$
                """);

            // Only the owner reads it.
            migrationBuilder.Sql(
                """
                CREATE TABLE service_keys (name text PRIMARY KEY, value bytea NOT NULL);
                INSERT INTO service_keys VALUES ('cursors', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));
                """);

            migrationBuilder.AlterColumn<long>(
                name: "stock",
                table: "products",
                type: "bigint",
                nullable: false,
                oldClrType: typeof(int),
                oldType: "integer");

            migrationBuilder.AlterColumn<NpgsqlTsVector>(
                name: "search",
                table: "products",
                type: "tsvector",
                nullable: true,
                computedColumnSql: "to_tsvector('simple', translate(fold_for_search(sku || ' ' || name || ' ' || coalesce(description, '')), '-_.@+/:<>&=~', '            '))",
                stored: true,
                oldClrType: typeof(NpgsqlTsVector),
                oldType: "tsvector",
                oldNullable: true,
                oldComputedColumnSql: "to_tsvector('simple', translate(regexp_replace(normalize(sku || ' ' || name || ' ' || coalesce(description, ''), NFD), '[\\u0300-\\u036f]', '', 'g'), '-_.@+/:<>&=~', '            '))",
                oldStored: true);

            migrationBuilder.AlterColumn<NpgsqlTsVector>(
                name: "search",
                table: "orders",
                type: "tsvector",
                nullable: true,
                computedColumnSql: "to_tsvector('simple', translate(fold_for_search(search_terms || ' ' || coalesce(note, '')), '-_.@+/:<>&=~', '            '))",
                stored: true,
                oldClrType: typeof(NpgsqlTsVector),
                oldType: "tsvector",
                oldNullable: true,
                oldComputedColumnSql: "to_tsvector('simple', translate(regexp_replace(normalize(search_terms || ' ' || coalesce(note, ''), NFD), '[\\u0300-\\u036f]', '', 'g'), '-_.@+/:<>&=~', '            '))",
                oldStored: true);

            migrationBuilder.AlterColumn<NpgsqlTsVector>(
                name: "search",
                table: "customers",
                type: "tsvector",
                nullable: true,
                computedColumnSql: "to_tsvector('simple', translate(fold_for_search(name || ' ' || email), '-_.@+/:<>&=~', '            '))",
                stored: true,
                oldClrType: typeof(NpgsqlTsVector),
                oldType: "tsvector",
                oldNullable: true,
                oldComputedColumnSql: "to_tsvector('simple', translate(regexp_replace(normalize(name || ' ' || email, NFD), '[\\u0300-\\u036f]', '', 'g'), '-_.@+/:<>&=~', '            '))",
                oldStored: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<int>(
                name: "stock",
                table: "products",
                type: "integer",
                nullable: false,
                oldClrType: typeof(long),
                oldType: "bigint");

            migrationBuilder.AlterColumn<NpgsqlTsVector>(
                name: "search",
                table: "products",
                type: "tsvector",
                nullable: true,
                computedColumnSql: "to_tsvector('simple', translate(regexp_replace(normalize(sku || ' ' || name || ' ' || coalesce(description, ''), NFD), '[\\u0300-\\u036f]', '', 'g'), '-_.@+/:<>&=~', '            '))",
                stored: true,
                oldClrType: typeof(NpgsqlTsVector),
                oldType: "tsvector",
                oldNullable: true,
                oldComputedColumnSql: "to_tsvector('simple', translate(fold_for_search(sku || ' ' || name || ' ' || coalesce(description, '')), '-_.@+/:<>&=~', '            '))",
                oldStored: true);

            migrationBuilder.AlterColumn<NpgsqlTsVector>(
                name: "search",
                table: "orders",
                type: "tsvector",
                nullable: true,
                computedColumnSql: "to_tsvector('simple', translate(regexp_replace(normalize(search_terms || ' ' || coalesce(note, ''), NFD), '[\\u0300-\\u036f]', '', 'g'), '-_.@+/:<>&=~', '            '))",
                stored: true,
                oldClrType: typeof(NpgsqlTsVector),
                oldType: "tsvector",
                oldNullable: true,
                oldComputedColumnSql: "to_tsvector('simple', translate(fold_for_search(search_terms || ' ' || coalesce(note, '')), '-_.@+/:<>&=~', '            '))",
                oldStored: true);

            migrationBuilder.AlterColumn<NpgsqlTsVector>(
                name: "search",
                table: "customers",
                type: "tsvector",
                nullable: true,
                computedColumnSql: "to_tsvector('simple', translate(regexp_replace(normalize(name || ' ' || email, NFD), '[\\u0300-\\u036f]', '', 'g'), '-_.@+/:<>&=~', '            '))",
                stored: true,
                oldClrType: typeof(NpgsqlTsVector),
                oldType: "tsvector",
                oldNullable: true,
                oldComputedColumnSql: "to_tsvector('simple', translate(fold_for_search(name || ' ' || email), '-_.@+/:<>&=~', '            '))",
                oldStored: true);

            migrationBuilder.Sql("DROP FUNCTION fold_for_search(text); DROP TABLE service_keys;");
        }
    }
}
