namespace OrdersMcp.Tests.Hosting;

/// <summary>The programs of this build, each in its own folder with its settings.</summary>
internal static class BuiltProgram
{
    /// <summary>The assembly to start with <c>dotnet</c>: <c>…/bin/{project}/{configuration}/{project}.dll</c>.</summary>
    public static string Path(string project)
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory); // …/bin/OrdersMcp.Tests/{configuration}/
        return System.IO.Path.Combine(tests.Parent!.Parent!.FullName, project, tests.Name, $"{project}.dll");
    }
}
