using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OrdersMcp.MicroBench;

// In this process: the builds of its own that BenchmarkDotNet makes would be held to this repository's rules for code.
var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
var isQuick = args.Contains("--quick", StringComparer.Ordinal);
BenchmarkSwitcher.FromTypes([typeof(CallBenchmarks), typeof(CatalogBenchmarks), typeof(CursorBenchmarks)]).Run(
    [.. args.Where(argument => argument != "--quick").DefaultIfEmpty("--filter=*")],
    DefaultConfig.Instance
        .AddJob(isQuick ? job.WithWarmupCount(1).WithIterationCount(3) : job)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .HideColumns(Column.Job, Column.Toolchain)
        .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "bench", "micro")));
