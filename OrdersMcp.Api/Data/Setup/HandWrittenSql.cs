namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// The parts of the schema that the EF Core model cannot express. The migration runs them at its end; call them again if you
/// regenerate it.
/// </summary>
internal static class HandWrittenSql
{
    /// <summary>The channel that announces committed order changes.</summary>
    public const string OrderChannel = "order_changes";

    /// <summary>
    /// The channel on which replicas say which OpenAPI document they serve. Not the one of orders: replicas of earlier versions
    /// would take a notice for a broken change.
    /// </summary>
    public const string DocumentChannel = "api_documents";

    /// <summary>The trigger that announces order changes.</summary>
    public const string OrderTrigger = "order_events_notify";

    /// <summary>
    /// More detailed statistics of the totals. They let the planner distinguish a range with few orders (use the index on
    /// total) from one with thousands (read the newest until the page is full).
    /// </summary>
    public const string Statistics = "ALTER TABLE orders ALTER COLUMN total SET STATISTICS 1000;";

    /// <summary>
    /// Announces every event of an order when its transaction commits. Events also store their transaction, so that
    /// ChangeListener can find those it missed.
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

    /// <summary>Removes what dropping the tables leaves behind.</summary>
    public const string Removal = "DROP FUNCTION notify_order_change();";
}
