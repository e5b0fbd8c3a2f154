using System.CommandLine;
using System.Globalization;
using OrdersMcp.Bench;
using OrdersMcp.Bench.Servers;
using OrdersMcp.Chaos;

var minutes = new Option<double>("--minutes")
{
    Description = "How long faults are made. The start, the end and the proof take another minute.",
    DefaultValueFactory = _ => 10,
};
minutes.Validators.Add(result =>
{
    if (result.GetValue(minutes) is not (>= 0.5 and <= 240))
    {
        result.AddError("--minutes takes 0.5 to 240.");
    }
});
var seed = new Option<int>("--seed") { Description = "Repeats the order of the faults of an earlier run.", DefaultValueFactory = _ => Environment.TickCount & 0xFFFF };
var patience = new Option<double>("--patience")
{
    Description = "For how many seconds calls may fail after a fault is over. More than the default is for machines that do other work meanwhile.",
    DefaultValueFactory = _ => 1,
};
var output = new Option<string>("--output") { Description = "The report.", DefaultValueFactory = _ => "artifacts/chaos/report.md" };
var command = new RootCommand(
    "Kills, stops and starves PostgreSQL, the orders API and the MCP servers under load, and then proves from the database that nothing was lost or done twice.")
{
    minutes, seed, patience, output,
};
command.SetAction(async (parsed, cancellation) =>
{
    if (!OperatingSystem.IsLinux())
    {
        await Console.Error.WriteLineAsync("It stops processes by signals: it runs on Linux.");
        return 2;
    }

    using var workshop = new Workshop();
    await using var system = await ChaosSystem.StartAsync(workshop, cancellation);
    var campaign = new Campaign(system, workshop, parsed.GetValue(seed), TimeSpan.FromSeconds(parsed.GetValue(patience)));
    var findings = await campaign.RunAsync(TimeSpan.FromMinutes(parsed.GetValue(minutes)), cancellation);
    var report = ChaosReport.Of(campaign, findings);
    var file = Path.GetFullPath(parsed.GetValue(output)!, Repository.Root);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    await File.WriteAllTextAsync(file, report, cancellation);
    Console.WriteLine(report);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Report: {file}"));
    return findings.All(finding => finding.Holds) ? 0 : 1;
});
return await command.Parse(args).InvokeAsync(new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });
