namespace OrdersMcp.Tests.Postgres;

/// <summary>Where the PostgreSQL programs of this machine are.</summary>
internal static class PostgresBinaries
{
    private static readonly Lazy<string> Folder = new(Find);

    public static string Path(string program) => System.IO.Path.Combine(Folder.Value, program);

    private static string Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator);
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => $"{version}/bin")
            : [];
        return onPath.Concat(installed).FirstOrDefault(
            folder => File.Exists($"{folder}/initdb") && File.Exists($"{folder}/postgres"))
            ?? throw new InvalidOperationException(
                "These tests need PostgreSQL, and neither PATH nor /usr/lib/postgresql has initdb and postgres.");
    }
}
