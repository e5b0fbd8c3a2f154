using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OrdersMcp.Api.Data.Migrations
{
    /// <summary>A record of a call is written with every call: the two indexes that cost most of it cost less.</summary>
    [DbContext(typeof(OrdersDbContext))]
    [Migration("20261121140000_LighterToolCallIndexes")]
    public partial class LighterToolCallIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            DropBoth(migrationBuilder);

            migrationBuilder.CreateIndex(
                name: "ix_tool_calls_outcome_at_id",
                table: "tool_calls",
                columns: new[] { "outcome", "at", "id" },
                descending: new[] { false, true, true },
                filter: "outcome <> 'ok'");

            migrationBuilder.CreateIndex(
                name: "ix_tool_calls_trace_id",
                table: "tool_calls",
                column: "trace_id")
                .Annotation("Npgsql:IndexMethod", "hash");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            DropBoth(migrationBuilder);

            migrationBuilder.CreateIndex(
                name: "ix_tool_calls_outcome_at_id",
                table: "tool_calls",
                columns: new[] { "outcome", "at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_tool_calls_trace_id",
                table: "tool_calls",
                column: "trace_id");
        }

        private static void DropBoth(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "ix_tool_calls_outcome_at_id", table: "tool_calls");
            migrationBuilder.DropIndex(name: "ix_tool_calls_trace_id", table: "tool_calls");
        }
    }
}
