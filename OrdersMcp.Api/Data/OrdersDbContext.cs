using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace OrdersMcp.Api.Data;

/// <summary>The orders database. Its rules are constraints in the schema; see the configurations of the entities.</summary>
public sealed class OrdersDbContext : DbContext
{
    public OrdersDbContext(DbContextOptions<OrdersDbContext> options)
        : base(options) =>
        // EF Core ignores that it cannot release a savepoint. If the connection broke before that, the rest of the work would
        // run on a new connection, outside of the transaction.
        Database.AutoSavepointsEnabled = false;

    public DbSet<Customer> Customers => Set<Customer>();
    public DbSet<Product> Products => Set<Product>();
    public DbSet<Order> Orders => Set<Order>();
    public DbSet<OrderLine> OrderLines => Set<OrderLine>();
    public DbSet<OrderEvent> OrderEvents => Set<OrderEvent>();
    public DbSet<IdempotencyRecord> IdempotencyRecords => Set<IdempotencyRecord>();
    public DbSet<Export> Exports => Set<Export>();
    public DbSet<ExportChunk> ExportChunks => Set<ExportChunk>();
    public DbSet<ToolCall> ToolCalls => Set<ToolCall>();

    /// <summary>
    /// The customer that the caller is bound to. Null means no limit, and leaves the filters out of the SQL.
    /// </summary>
    public long? OnlyCustomer { get; set; }

    /// <summary>The database's <c>fold_for_search</c>, for queries only.</summary>
    [DbFunction("fold_for_search", IsBuiltIn = true)]
    internal static string FoldForSearch(string text) => throw new NotSupportedException();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(OrdersDbContext).Assembly);
        UseSnakeCaseNames(modelBuilder);
        CustomerBinding.FilterQueries(modelBuilder, this);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        CustomerBinding.CheckChanges(this);
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        CustomerBinding.CheckChanges(this);
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    /// <summary>PostgreSQL folds unquoted names to lower case; snake_case names need no quotes in SQL.</summary>
    private static void UseSnakeCaseNames(ModelBuilder modelBuilder)
    {
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
            }

            var table = entity.GetTableName();
            foreach (var key in entity.GetKeys())
            {
                key.SetName($"pk_{table}");
            }

            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.SetConstraintName($"fk_{table}_{foreignKey.PrincipalEntityType.GetTableName()}");
            }

            foreach (var index in entity.GetIndexes())
            {
                var columns = index.Properties.Select(property => property.GetColumnName());
                index.SetDatabaseName($"{(index.IsUnique ? "ux" : "ix")}_{table}_{string.Join('_', columns)}");
            }
        }
    }
}
