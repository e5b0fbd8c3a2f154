namespace OrdersMcp.OpenApiTools.Text;

/// <summary>Finds the name that a misspelt name probably means.</summary>
internal static class NearestName
{
    /// <summary>
    /// The candidate that differs least, or null if none is near: more than a third of the letters differ.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        var plain = Plain(name);
        var best = candidates
            .Select(candidate => (Name: candidate, Distance: Distance(plain, Plain(candidate))))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Math.Max(plain.Length, best.Name.Length) / 3) ? best.Name : null;
    }

    /// <summary>Treats customer_id, customerId and Customer-Id as one name.</summary>
    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>
    /// The number of letters to insert, delete, replace or swap with their neighbour (restricted Damerau distance).
    /// </summary>
    private static int Distance(string a, string b)
    {
        if (a.Length > 100 || b.Length > 100)
        {
            return int.MaxValue;
        }

        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                rows[i, j] = Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
