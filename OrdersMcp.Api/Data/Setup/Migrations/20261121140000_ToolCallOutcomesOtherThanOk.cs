using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace OrdersMcp.Api.Data.Setup.Migrations
{
    /// <inheritdoc />
    public partial class ToolCallOutcomesOtherThanOk : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tool_calls_outcome_at_id",
                table: "tool_calls");

            migrationBuilder.CreateIndex(
                name: "ix_tool_calls_outcome_at_id",
                table: "tool_calls",
                columns: new[] { "outcome", "at", "id" },
                descending: new[] { false, true, true },
                filter: "outcome <> 'ok'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_tool_calls_outcome_at_id",
                table: "tool_calls");

            migrationBuilder.CreateIndex(
                name: "ix_tool_calls_outcome_at_id",
                table: "tool_calls",
                columns: new[] { "outcome", "at", "id" },
                descending: new[] { false, true, true });
        }
    }
}
