namespace OrdersMcp.Tests.Hosting;

/// <summary>Tests that measure the memory of this process. No other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredMemory
{
    public const string Name = "memory of the process";
}
