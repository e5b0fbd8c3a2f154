using System.Runtime.InteropServices;
using Npgsql;
using OrdersMcp.AppHost.Local;
using OrdersMcp.Bench;
using OrdersMcp.Bench.Reports;
using OrdersMcp.Bench.Scenarios;
using OrdersMcp.Bench.Servers;

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (OptionException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

var names = AllScenarios.InOrder.Select(scenario => scenario.Name).ToArray();
if (options.Help || options.List)
{
    Console.WriteLine(options.Help ? BenchOptions.HelpText
        : $"Scenarios: {string.Join(", ", names)}\nContestants: {string.Join(", ", ContestantNames.All)}");
    return 0;
}

if (options.Only.FirstOrDefault(name => !names.Contains(name) && !ContestantNames.All.Contains(name)) is { } unknown)
{
    Console.Error.WriteLine($"There is no scenario or contestant '{unknown}'. --list names them.");
    return 2;
}

if (!OperatingSystem.IsLinux())
{
    Console.Error.WriteLine("CPU time and memory of processes are read from /proc: it runs on Linux.");
    return 2;
}

if (DebugBuild.First() is { } debug)
{
    Console.Error.WriteLine($"{debug} is a Debug build, whose speed says nothing: dotnet run -c Release --project bench/OrdersMcp.Bench");
    return 2;
}

using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var workshop = new Workshop();
try
{
    // Before anything of the run is a load of its own.
    var machine = await Machine.ReadAsync(stopping.Token);
    await using var stage = await Stage.SetUpAsync(workshop, options, stopping.Token);
    var load = new LoadGenerator(options, workshop.Tell);
    var results = new List<ScenarioResult>();
    var hasFailed = false;
    foreach (var scenario in AllScenarios.InOrder.Where(scenario => !options.Only.Any(names.Contains) || options.Only.Contains(scenario.Name)))
    {
        workshop.Tell($"Measuring {scenario.Name}");
        ScenarioResult result;
        try
        {
            result = await scenario.RunAsync(stage, load, stopping.Token);
        }
        catch (Exception exception) when (exception is InvalidOperationException or StartException or HttpRequestException or NpgsqlException)
        {
            // What the others measured is not lost for it; the report says it, and so does the exit code.
            stage.Note($"{scenario.Name} failed: {exception.Message}");
            hasFailed = true;
            continue;
        }

        results.Add(result);
        workshop.Tell($"\n{result.Title}");
        if (result.Rows.Count > 0)
        {
            workshop.Tell(Table.Of(result.Rows).ToText());
        }

        if (result.Figures.Count > 0)
        {
            workshop.Tell(Table.Of(result.Figures).ToText());
        }

        workshop.Tell("");
    }

    machine = machine with { Versions = new Dictionary<string, string>(machine.Versions, StringComparer.Ordinal) { ["PostgreSQL"] = stage.Database.Version } };
    var goals = new Goals(results).Judge();
    workshop.Tell(Table.Of(goals).ToText());
    await new Report(machine, options.Quick, options.Orders, stage.Notes, results, goals).WriteAsync(options.Output, stopping.Token);
    workshop.Tell($"\n{Path.Combine(options.Output, "report.md")}");
    return hasFailed ? 1 : 0;
}
catch (Exception exception) when (exception is InvalidOperationException or StartException)
{
    await Console.Error.WriteLineAsync($"error: {exception.Message}");
    return 1;
}
catch (OperationCanceledException) when (stopping.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stopping.Cancel();
}
