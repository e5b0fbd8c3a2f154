using System.Globalization;
using System.Text.Json.Nodes;

namespace OrdersMcp.Playground.Models.Scripted;

/// <summary>The words of the scripted model about results.</summary>
internal static class Texts
{
    private const int LongestValue = 200;

    /// <summary>A value in one line.</summary>
    public static string Of(JsonNode? value)
    {
        var text = string.Concat((value?.ToString() ?? "–").Select(letter => char.IsControl(letter) ? ' ' : letter)).Replace('|', '/');
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }

    /// <summary>A time as people write it, in UTC. Another value stays as it is.</summary>
    public static string Time(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue<string>(out var given)
        && DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)
            : Of(value);

    /// <summary>A day as people write it.</summary>
    public static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>An order. Its note is quoted as data only if the result labels it.</summary>
    public static string Order(SceneResult result)
    {
        var order = result.Json!;
        var lines = order["lines"] is JsonArray all
            ? string.Join('\n', all.Select(line => $"| {Of(line?["sku"])} | {Of(line?["name"])} | {Of(line?["quantity"])} | {Of(line?["unitPrice"])} |"))
            : "";
        var shipped = order["carrier"] is null ? "" : $" Shipped with {Of(order["carrier"])}, tracking number {Of(order["trackingNumber"])}.";
        return $"Order {Of(order["id"])} of {Of(order["customer"]?["name"])} is {Of(order["status"])}, {Of(order["total"])} {Of(order["currency"])} in total, "
            + $"placed on {Time(order["placedAt"])}.{shipped}\n\n| SKU | Product | Quantity | Price |\n| --- | --- | ---: | ---: |\n{lines}{Note(result)}";
    }

    public static string Orders(IEnumerable<JsonNode> orders) => Table(
        "| Order | Customer | Status | Total | Placed |\n| ---: | --- | --- | ---: | --- |",
        orders.Select(order => $"| {Of(order["id"])} | {Of(order["customer"]?["name"])} | {Of(order["status"])} | {Of(order["total"])} {Of(order["currency"])} | {Time(order["placedAt"])} |"));

    public static string Customers(IEnumerable<JsonNode> customers) => Table(
        "| Customer | Name | E-mail | Status |\n| ---: | --- | --- | --- |",
        customers.Select(customer => $"| {Of(customer["id"])} | {Of(customer["name"])} | {Of(customer["email"])} | {Of(customer["status"])} |"));

    public static string Groups(IEnumerable<JsonNode> groups) => Table(
        "| Group | Orders | Revenue | Average |\n| --- | ---: | ---: | ---: |",
        groups.Select(group => $"| {Group(group)} | {Of(group["orders"])} | {Of(group["revenue"])} {Of(group["currency"])} | {Of(group["average"])} |"));

    /// <summary>The key of a day or a week is its first day.</summary>
    private static string Group(JsonNode group) =>
        group["name"] is { } name ? Of(name)
        : DateOnly.TryParseExact(group["key"]?.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Day(day)
        : Of(group["key"]);

    private static string Table(string head, IEnumerable<string> rows) => $"{head}\n{string.Join('\n', rows)}";

    private static string Note(SceneResult result) =>
        result.Json!["note"] is not { } note ? ""
        : result.Untrusted.Contains("note", StringComparer.Ordinal)
            ? $"\n\nIts note is labelled as data from other people, so I only quote it: “{Of(note)}”"
            : "\n\nIts note carries no label that says who wrote it, so I do not quote it.";
}
