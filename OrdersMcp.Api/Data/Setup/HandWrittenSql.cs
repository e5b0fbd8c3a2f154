namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// What the schema has and EF Core's model does not: run at the end of the migration, to be called there again whenever
/// the migration is generated anew.
/// </summary>
internal static class HandWrittenSql
{
    /// <summary>The channel on which committed changes of orders are announced.</summary>
    public const string OrderChannel = "order_changes";

    /// <summary>The trigger that announces them.</summary>
    public const string OrderTrigger = "order_events_notify";

    /// <summary>
    /// A finer picture of the totals, so that the planner tells a range with a handful of orders (take the index on
    /// total) from one with thousands (read the newest until the page is full).
    /// </summary>
    public const string Statistics = "ALTER TABLE orders ALTER COLUMN total SET STATISTICS 1000;";

    /// <summary>
    /// Announces every event of an order when its transaction commits. The events also know their transaction, for
    /// whoever missed an announcement: see <see cref="Changes.ChangeListener"/>.
    /// </summary>
    public const string OrderChanges =
        $"""
        ALTER TABLE order_events ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id();
        CREATE INDEX ix_order_events_transaction_id ON order_events (transaction_id);

        CREATE FUNCTION notify_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('{OrderChannel}', json_build_object(
                'orderId', NEW.order_id,
                'customerId', (SELECT customer_id FROM orders WHERE id = NEW.order_id),
                'version', NEW.version,
                'status', NEW.to_status,
                'at', to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text);
            RETURN NULL;
        END $$;

        CREATE TRIGGER {OrderTrigger} AFTER INSERT ON order_events
            FOR EACH ROW EXECUTE FUNCTION notify_order_change();
        """;

    /// <summary>What is left when the tables are gone.</summary>
    public const string Removal = "DROP FUNCTION notify_order_change();";
}
