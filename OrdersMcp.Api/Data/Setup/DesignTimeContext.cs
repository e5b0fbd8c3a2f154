using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The context for <c>dotnet ef migrations add</c>, which needs only the model. Without this class the tool would start the
/// service, which needs a database and settings.
/// </summary>
internal sealed class DesignTimeContext : IDesignTimeDbContextFactory<OrdersDbContext>
{
    public OrdersDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<OrdersDbContext>().UseNpgsql().Options);
}
